"""Checks that are a filter: nobody's records, old ones, contacts without a company, deals that nobody drives on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from app.records.filters.tree import Tree
from app.records.hygiene.finding import Finding, Fix, found_by
from app.records.listing import matching
from app.records.schema import Schema
from app.workspaces.access import Viewer
from models import Member

OPEN_DEAL: Tree = {"field": "status", "op": "is", "value": "open"}
NEW_DATE = timedelta(days=30)
"""How far ahead the new closing date is that is proposed."""
AGING = ("company", "contact", "lead", "deal", "ticket")
_OVER = {"lead": ["Converted", "Unqualified", "Junk"], "ticket": ["Resolved", "Closed"], "deal": ["won", "lost"]}
"""Statuses in which nothing is expected to happen any more."""


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    says: str
    filter: Tree
    fix: Fix
    needs: tuple[str, ...] = ()
    """Keys of the fields that it asks about: a viewer who does not know them does not get it."""


def filtered_findings(
    session: Session, *, viewer: Viewer, schema: Schema, now: datetime, stale_days: int
) -> Iterator[Finding]:
    for check in [*_ownership(session, viewer), *_aging(schema, stale_days), *_of_kind(schema, now)]:
        if all(schema.has(key) for key in check.needs):
            condition = matching(session, viewer=viewer, schema=schema, filter=check.filter, now=now)
            count, samples = found_by(session, condition)
            yield Finding(check.name, schema.folder.id, check.says, count, samples, check.fix)


def _ownership(session: Session, viewer: Viewer) -> Iterator[Check]:
    def give(filter: Tree) -> Fix:
        return Fix("edit", "Give them an owner", {"owner": viewer.member_id}, choose="owner", filter=filter)

    nobodys: Tree = {"field": "owner", "op": "is_empty"}
    yield Check("no_owner", "have no owner", nobodys, give(nobodys), ("owner",))
    query = select(col(Member.id)).where(col(Member.workspace_id) == viewer.workspace_id, ~col(Member.active))
    if left := sorted(session.scalars(query)):
        theirs: Tree = {"field": "owner", "op": "is_any_of", "value": left}
        yield Check("owner_left", "belong to members who left", theirs, give(theirs), ("owner",))


def _aging(schema: Schema, stale_days: int) -> Iterator[Check]:
    kind = schema.folder.kind
    if kind not in AGING:
        return
    lately = {"last": stale_days, "unit": "days"}
    quiet: list[Tree] = [
        {"field": "last_activity_at", "op": "not_within", "value": lately},
        {"field": "created_at", "op": "not_within", "value": lately},
    ]
    if kind in _OVER:
        quiet.append({"field": "status", "op": "is_none_of", "value": _OVER[kind]})
    filter: Tree = {"and": quiet}
    fix = Fix("archive", "Archive them", filter=filter)
    needs = ("last_activity_at", *(["status"] if kind in _OVER else []))
    yield Check("stale", f"had nothing happen to them for {stale_days} days", filter, fix, needs)


def _of_kind(schema: Schema, now: datetime) -> Iterator[Check]:
    if schema.folder.kind == "contact":
        alone: Tree = {"field": "company", "op": "is_empty"}
        fix = Fix("edit", "Put them at a company", {"company": None}, choose="company", filter=alone)
        yield Check("no_company", "are at no company", alone, fix, ("company",))
    if schema.folder.kind == "deal":
        idle: Tree = {"and": [OPEN_DEAL, *({"field": key, "op": "is_empty"} for key in ("next_task_at", "next_step"))]}
        fix = Fix("edit", "Write down the next step", {"next_step": None}, choose="next_step", filter=idle)
        yield Check("no_next_step", "are open without a next step or task", idle, fix, ("next_task_at", "next_step"))
        late: Tree = {"and": [OPEN_DEAL, {"field": "close_on", "op": "before", "value": "today"}]}
        new_date = {"close_on": (now + NEW_DATE).date().isoformat()}
        fix = Fix("edit", "Give them a new closing date", new_date, choose="close_on", filter=late)
        yield Check("past_close", "are open past their closing date", late, fix, ("close_on",))
