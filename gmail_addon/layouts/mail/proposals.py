"""What the open email says that the record does not know yet: one tap to accept, one to be asked no more."""

from app.core.hot import Reader
from app.records.keys import domain_of, email_key
from app.records.schema import schema_seen
from app.records.seen import Seen
from app.workspaces.access import may, may_create
from gmail_addon.card_types import Section, Widget
from gmail_addon.cards import section
from gmail_addon.layouts.parts import brief
from gmail_addon.lookup import Attendee, Opened, open_gmail_id
from gmail_addon.parameters import MAX_PARAMETER
from gmail_addon.text import plain
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon
from gmail_addon.wording import t
from sync.proposals import Proposal, proposals_for

MOST_OFFERED, UNFOLDED = 8, 4
_QUOTE, _VALUE = 100, 80


def proposals_section(visit: Visit, reader: Reader, record: Seen, opened: Opened | None) -> Section | None:
    """One statement, and none where the mail cannot be about this record or the viewer may not change it."""
    gmail_id = opened.gmail_id if opened else open_gmail_id(visit)
    if gmail_id is None or not may(visit.viewer, "edit", record) or not _may_say(record, opened):
        return None
    schema = schema_seen(visit.catalog, viewer=visit.viewer, folder=visit.catalog.folders[record.folder_id])
    who = {"viewer": visit.viewer, "formats": visit.formats}
    found = proposals_for(reader, gmail_id=gmail_id, record=record, schema=schema, **who)  # type: ignore[arg-type]
    offered = [one for one in found if _fits_a_button(one) and _can_be_accepted(visit, record, one, opened)]
    rows = [
        row for one in offered[:MOST_OFFERED] for row in _rows(visit, record, one, schema.field(one.field_key).name)
    ]
    return section(*rows, header=t("From this email"), shown=UNFOLDED) if rows else None


def _may_say(record: Seen, opened: Opened | None) -> bool:
    """Whether the record signed the mail, or is the deal of its thread. Alone on its card: whether it could have."""
    if record.kind == "deal":
        return opened is not None and opened.deal is not None and opened.deal.id == record.id
    if opened is None:
        return bool(record.data.get("domain" if record.kind == "company" else "email"))
    author = _author(opened)
    if not opened.is_stored or author is None:
        return False
    if record.kind == "company":
        return author.domain == domain_of(str(record.data.get("domain") or ""))
    return author.key in map(email_key, record.data.get("email") or ())


def _author(opened: Opened) -> Attendee | None:
    return next((one for one in opened.people if one.role == "from"), None)


def _fits_a_button(proposal: Proposal) -> bool:
    return len(proposal.value) <= MAX_PARAMETER and proposal.value.isprintable()


def _can_be_accepted(visit: Visit, record: Seen, proposal: Proposal, opened: Opened | None) -> bool:
    """A contact's company may have to be made for it."""
    if record.kind != "contact" or proposal.field_key != "company":
        return True
    companies = visit.catalog.folder_of("company")
    author = _author(opened) if opened else None
    return bool(companies and may_create(visit.viewer, companies.id)) or bool(author and author.firm)


def _rows(visit: Visit, record: Seen, proposal: Proposal, field_name: str) -> list[Widget]:
    what = {"record": record.id, "field": proposal.field_key}
    accept = visit.tell("accept_proposal", **what, value=proposal.value, version=str(record.version))
    dismiss = visit.tell("dismiss_proposal", **what, value=proposal.offered)
    shown = plain(proposal.shown, _VALUE)
    return [
        decorated_text(
            brief(proposal.shown),
            top_label=t(field_name),
            bottom_label=_beside(proposal),
            icon=icon("EMAIL", t("From this email")),
        ),
        button_list(
            button(t("Accept"), accept, alt=t("Accept {value}", value=plain(shown, 40))),
            button(t("Dismiss"), dismiss, alt=t("Dismiss {value}", value=plain(shown, 40))),
        ),
    ]


def _beside(proposal: Proposal) -> str:
    """What it would replace, and where it was read."""
    now = t("now: {value}", value=plain(proposal.current, _VALUE)) if proposal.current else ""
    place = t("“{words}”", words=plain(proposal.quote, _QUOTE)) if proposal.quote else t("in the signature")
    return " · ".join(filter(None, (now, place)))
