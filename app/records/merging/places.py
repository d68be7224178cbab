"""Every column of the store where the id of a record stands, and what becomes of it when records become one.

One list for all: a test walks through the tables, so that no place is forgotten.
"""

MOVED: dict[str, tuple[str, ...]] = {
    "record": ("company_id",),
    "record_link": ("from_id", "to_id"),
    "timeline_link": ("record_id",),
    "task_link": ("record_id",),
    "thread_link": ("record_id",),
    "thread_candidate": ("record_id",),
    "deal_choice": ("deal_id",),
    "outgoing_plan": ("deal_id",),
    "dismissed_proposal": ("record_id",),
    "record_share": ("record_id",),
    "follow": ("record_id",),
    "recent_record": ("record_id",),
    "notification": ("record_id",),
    "segment_member": ("record_id",),
    "quote_line": ("product_id",),
    "lifecycle_change": ("record_id",),
}
"""Columns by table that lead to the record that stays from now on."""

REPLACED: dict[str, tuple[str, ...]] = {
    "field": ("default",),
    "view": ("filter",),
    "segment": ("filter",),
    "territory": ("rule",),
}
"""Documents in which an id may stand anywhere: it is replaced by that of the record that stays."""

_ANEW = "worked out anew from the values of the record"
_ITS_OWN = "tells of the record as it was; reading the history of the one that stays takes it along"
_QUOTE = "quotes are documents, and are not merged"

KEPT: dict[str, str] = {
    "record.merged_into_id": "the chain of merges leads on",
    "record_key.record_id": _ANEW,
    "search_word.record_id": _ANEW,
    "field_change.record_id": _ITS_OWN,
    "stage_change.record_id": "the way of one deal through its stages; two at once would be none",
    "first_touch.record_id": "the earliest is copied",
    "ticket_clock.record_id": "the clock of the ticket that stays goes on",
    "quote_line.quote_id": _QUOTE,
    "quote_version.quote_id": _QUOTE,
    "bulk_item.record_id": "what was done with the record, to be undone there",
    "merge.into_id": "the chain of merges leads on",
    "duplicate_pair.first_id": "settled by the inbox",
    "duplicate_pair.second_id": "settled by the inbox",
    "duplicate_due.record_id": "settled by the inbox",
    "event.subject_id": "a log",
}
"""Columns that keep the id of a merged record, and why."""

_SETTINGS = "no ids of records"
_LOG = "tells what was; an id in it leads on through the chain of merges"

IN_DOCUMENTS: dict[str, str] = {
    **dict.fromkeys(
        (
            "api_key.scopes",
            "card_layout.fields",
            "duplicate_model.learned",
            "duplicate_pair.reasons",
            "field.options",
            "folder.duplicates",
            "import_plan.plan",
            "invitation.role_ids",
            "mailbox.aliases",
            "mailbox.pauses",
            "mailbox.scopes",
            "mailbox_message.labels",
            "message.facts",
            "role.powers",
            "role.rights",
            "role_grant.rights",
            "service_promise.hours",
            "stage.required",
            "thread_candidate.reasons",
            "thread_link.reasons",
            "view.columns",
            "view.sort",
            "workspace.internal_domains",
            "workspace.join_domains",
        ),
        _SETTINGS,
    ),
    **dict.fromkeys(
        (
            "bulk_edit.values",
            "data_import.headings",
            "data_import.layout",
            "data_import.plan",
            "erasure.counts",
            "erasure.target",
            "event.data",
            "field_change.new",
            "field_change.old",
            "first_touch.detail",
            "handled.result",
            "import_batch.outcomes",
            "import_batch.rows",
            "import_batch.verdicts",
            "lifecycle_change.evidence",
            "merge.choices",
            "merge_move.changed",
            "merge_move.key",
            "merge_move.row",
            "notification.data",
            "quote_version.content",
            "timeline_entry.data",
        ),
        _LOG,
    ),
    "record.data": "values of fields that lead to a record are found by their fields",
}
"""Documents that stay as they are, and why."""
