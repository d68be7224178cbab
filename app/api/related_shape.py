"""What hangs on a company or a contact, as the REST API gives it."""

from collections.abc import Sequence

from pydantic import BaseModel, Field
from sqlmodel import Session

from app.api.record_shape import RecordOut, records_out
from app.records.related import SHOWN, Group, related
from app.records.schema import schema_of
from app.workspaces.access import Viewer
from models import Folder, Record

BRIEF = {
    "contact": ("email", "phone", "title", "company"),
    "company": ("domain", "industry", "owner"),
    "deal": ("stage", "amount", "close_on", "owner"),
    "ticket": ("number", "status", "priority", "owner"),
    "quote": ("number", "status", "amount", "valid_until"),
    "lead": ("status", "email", "owner"),
}
"""Keys of the values that tell enough of a related record, by its kind."""


class GroupOut(BaseModel):
    """Related records of one kind: how many the caller may see, and the first of them with a few values."""

    count: int = Field(examples=[3])
    amount: int | None = Field(
        default=None,
        description="Of all their amounts in the workspace's currency, in minor units; null where it is hidden.",
        examples=[60_000],
    )
    items: list[RecordOut] = Field(description=f"The first {SHOWN}, by name.")


class RelatedOut(BaseModel):
    """What the caller may see around a record. Deals are the open ones; `open_value` is their sum in minor units.

    It leaves out amounts in other currencies than the workspace's.
    """

    open_value: int | None = Field(default=None, examples=[60_000])
    revenue: int | None = Field(
        default=None,
        description="Of a company: its annual revenue and that of its children, in minor units.",
        examples=[250_000_000],
    )
    contacts: GroupOut | None = None
    companies: GroupOut | None = None
    deals: GroupOut | None = None
    tickets: GroupOut | None = None
    quotes: GroupOut | None = None
    leads: GroupOut | None = None
    children: GroupOut | None = None


def related_out(session: Session, *, viewer: Viewer, record: Record) -> RelatedOut:
    around = related(session, viewer=viewer, record_id=record.id)
    groups = {name: _group(session, viewer, group) for name, group in around.groups.items()}
    deals = groups.get("deals")
    return RelatedOut(open_value=deals.amount if deals else None, revenue=around.revenue, **groups)


def _group(session: Session, viewer: Viewer, group: Group) -> GroupOut:
    shown: dict[str, RecordOut] = {}
    for folder_id in dict.fromkeys(record.folder_id for record in group.records):
        of_folder = [record for record in group.records if record.folder_id == folder_id]
        shown |= {one.id: one for one in _brief(session, viewer, folder_id, of_folder)}
    items = [shown[record.id] for record in group.records]
    return GroupOut(count=group.count, amount=group.amount, items=items)


def _brief(session: Session, viewer: Viewer, folder_id: str, records: Sequence[Record]) -> list[RecordOut]:
    schema = schema_of(session, folder=session.get_one(Folder, folder_id), viewer=viewer)
    keys = [key for key in BRIEF.get(schema.folder.kind, ()) if schema.has(key)]
    return records_out(session, viewer=viewer, schema=schema, records=records, fields=keys)
