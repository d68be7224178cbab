"""Importing this module registers every job, event consumer and reaction."""

import app.api.idempotency
import app.core.planning
import app.privacy.erasing
import app.records.assigning
import app.records.bin
import app.records.bulk_run
import app.records.duplicates.decisions
import app.records.duplicates.keeping_up
import app.records.fieldwork
import app.records.follow_up
import app.records.keepers
import app.records.leads
import app.records.lifecycle
import app.records.merging.stragglers
import app.records.quotes.drafts
import app.records.quotes.versions
import app.records.sql_views
import app.records.territories.moves
import app.records.usual_stay
import app.timeline.carryover
import app.timeline.following
import app.timeline.keepers
import app.timeline.merged
import app.timeline.purging
import app.timeline.qualified
import app.timeline.reactions
import app.timeline.search.indexing
import app.timeline.tasks.answered
import app.timeline.tasks.reminders
import app.timeline.tickets.clocks
import app.timeline.tickets.reopening
import app.timeline.tickets.responses
import app.transfer.importing.running
import app.transfer.importing.undoing
import app.workspaces.keepers
import sync.attribution.rule
import sync.jobs
import sync.outgoing.carrying_out
import sync.past_mail
import sync.workspace_changes

__all__ = ["app", "sync"]
