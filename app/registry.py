"""Importing this module registers every job, event consumer and reaction."""

import app.timeline.reactions
import sync.jobs
import sync.past_mail
import sync.workspace_changes

__all__ = ["app", "sync"]
