"""Importing this module registers every job, event consumer and reaction."""

import app.records.bin
import app.records.bulk_run
import app.records.follow_up
import app.records.leads
import app.records.lifecycle
import app.records.territories.moves
import app.timeline.carryover
import app.timeline.purging
import app.timeline.reactions
import app.timeline.search.indexing
import app.timeline.tasks.answered
import app.timeline.tasks.reminders
import sync.jobs
import sync.past_mail
import sync.workspace_changes

__all__ = ["app", "sync"]
