"""Importing this module registers every job, event consumer and reaction."""

import app.records.bin
import app.records.leads
import app.records.lifecycle
import app.timeline.carryover
import app.timeline.purging
import app.timeline.reactions
import sync.jobs
import sync.past_mail
import sync.workspace_changes

__all__ = ["app", "sync"]
