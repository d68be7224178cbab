"""What hangs on an account or a person, rolled up: its people, deals, tickets, quotes and leads in one answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, func, or_, select, union_all
from sqlmodel import Session, col

from app.records.fields.stored import value_of
from app.records.schema import Schema, folders_seen, schema_of
from app.records.service import get_record
from app.records.worth import home_amount
from app.workspaces.access import Viewer, visible
from models import Folder, Record, RecordLink

SHOWN = 50
WITH_AMOUNTS = ("deal", "quote", "lead")
FORMER = "former%"
"""Links whose labels begin so, such as `Former employer`, are history: the link is kept, the roll-up leaves it out."""

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one kind: the first SHOWN, how many there are, and the sum of their amounts in minor units.

    The sum is of those in the workspace's currency; None where amounts are hidden, or the kind has none.
    """

    records: Sequence[Record]
    count: int
    amount: int | None


@dataclass(frozen=True, slots=True)
class Related:
    """`groups` by name: contacts, deals (open ones), tickets, quotes, leads, and of a company its children.

    `revenue` is a company's own annual revenue and that of its children, in minor units, where the viewer may know it.
    """

    groups: dict[str, Group]
    revenue: int | None = None


def related(session: Session, *, viewer: Viewer, record_id: str) -> Related:
    """What a company's or a contact's page shows around it: all of it, and all counted, as the viewer may see it."""
    record = get_record(session, viewer=viewer, record_id=record_id)
    around = _Around(session, viewer, record)
    if record.kind == "company":
        mine = col(Record.company_id) == record.id
        groups = {
            "contacts": around.group("contact", or_(mine, around.is_linked())),
            "deals": around.group("deal", and_(mine, col(Record.status) == "open")),
            "tickets": around.group("ticket", mine),
            "quotes": around.group("quote", mine),
            "leads": around.group("lead", mine),
            "children": around.group("company", around.names_it("company", "parent")),
        }
        return Related(groups, around.revenue())
    own_company = col(Record.id) == record.company_id
    return Related(
        {
            "companies": around.group("company", or_(own_company, around.is_linked())),
            "deals": around.group("deal", and_(around.is_linked(), col(Record.status) == "open")),
            "tickets": around.group("ticket", or_(around.names_it("ticket", "contact"), around.is_linked())),
            "quotes": around.group("quote", or_(around.names_it("quote", "contact"), around.is_linked())),
        }
    )


class _Around:
    """The neighbourhood of a record, as far as the viewer may see it."""

    def __init__(self, session: Session, viewer: Viewer, record: Record) -> None:
        self.session, self.viewer, self.record = session, viewer, record
        self._folders: dict[str, list[Folder]] = {}
        for folder in folders_seen(session, viewer=viewer):
            self._folders.setdefault(folder.kind, []).append(folder)

    def group(self, kind: str, which: Condition) -> Group:
        """The records of this kind for which the condition holds, in one statement; archived ones are left out."""
        columns = (Record, func.count().over(), func.sum(home_amount()).over())
        query = select(*columns).where(visible(self.viewer), col(Record.kind) == kind, which)
        query = query.where(col(Record.archived_at).is_(None)).order_by(col(Record.name), col(Record.id))
        rows = self.session.execute(query.limit(SHOWN)).all()
        total = int(rows[0][2] or 0) if rows else 0
        return Group([row[0] for row in rows], rows[0][1] if rows else 0, total if self._knows_amounts(kind) else None)

    def is_linked(self) -> Condition:
        """By a link in either direction."""
        ends = col(RecordLink.from_id), col(RecordLink.to_id)
        linked = (
            select(there).where(here == self.record.id, col(RecordLink.label).not_ilike(FORMER))
            for here, there in (ends, ends[::-1])
        )
        return col(Record.id).in_(union_all(*linked))

    def names_it(self, kind: str, key: str) -> Condition:
        """By the field `key`, kept in `data`."""
        fields = [schema.field(key) for schema in self._schemas(kind) if schema.has(key)]
        if not fields:
            return false()
        folders = col(Record.folder_id).in_([field.folder_id for field in fields])
        return and_(folders, value_of(fields[0]) == self.record.id)

    def revenue(self) -> int | None:
        """Annual revenue of the company and of its children."""
        fields = [schema.field("annual_revenue") for schema in self._schemas("company") if schema.has("annual_revenue")]
        if not fields:
            return None
        family = or_(col(Record.id) == self.record.id, self.names_it("company", "parent"))
        query = select(func.sum(value_of(fields[0]))).where(visible(self.viewer), col(Record.archived_at).is_(None))
        query = query.where(col(Record.folder_id).in_([field.folder_id for field in fields]), family)
        return int(self.session.scalar(query) or 0)

    def _schemas(self, kind: str) -> Sequence[Schema]:
        return [schema_of(self.session, folder=folder, viewer=self.viewer) for folder in self._folders.get(kind, ())]

    def _knows_amounts(self, kind: str) -> bool:
        folders = self._folders.get(kind, ())
        return kind in WITH_AMOUNTS and not any(self.viewer.access.hides(folder.id, "amount") for folder in folders)
