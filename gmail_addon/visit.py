"""One request of one person: who is looking at Gmail, from which mailboxes, and where on the stack of cards."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Text, and_, bindparam, cast, func, literal, select
from sqlmodel import col

from app.core.clock import utcnow, zone_of
from app.core.freemail import is_freemail
from app.core.google_tokens import GoogleUser
from app.core.hot import HotQuery, Reader
from app.core.ids import new_id
from app.records.keys import domain_of, email_key
from app.workspaces.access import VIEWER_COLUMNS, Viewer, viewer_from
from gmail_addon.card_types import Action, OnClick
from gmail_addon.clicks import action, run
from gmail_addon.context import Addon
from gmail_addon.events import Event
from gmail_addon.forms import FIELDS
from models import Folder, Mailbox, Member, MessageAlias, Pipeline, Stage, Workspace
from sync.colleagues import Colleagues

ACTION, NONCE, AT = "a", "n", "at"


@dataclass(frozen=True, slots=True)
class Box:
    """A connected mailbox of the viewer. `resolved` is the id that the open message's alias stands for."""

    id: str
    address: str
    state: str
    synced_at: datetime | None
    paused_until: datetime | None
    addon_seen_at: datetime | None
    resolved: str | None


@dataclass(frozen=True, slots=True)
class StageChoice:
    """A stage of the pipeline, as a dropdown offers it; `outcome` is open, won or lost."""

    id: str
    name: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything that the cards and actions of one request share. `at` names the card being drawn; "" is the root."""

    addon: Addon
    event: Event
    user: GoogleUser
    viewer: Viewer
    boxes: tuple[Box, ...]
    team: Colleagues
    stages: tuple[StageChoice, ...]
    currency: str
    zone: ZoneInfo
    now: datetime
    at: str = ""

    @property
    def here(self) -> Box:
        """The mailbox that Gmail is open with; another of the viewer's when its address has changed."""
        same = (box for box in self.boxes if box.address == self.user.email.lower())
        return next(same, self.boxes[0])

    def standing(self, at: str) -> "Visit":
        """The same visit, drawing the card `at`."""
        return replace(self, at=at)

    def ask(self, name: str, **parameters: str) -> OnClick:
        """A click on something that only reads."""
        return run(self.call(name, **parameters))

    def tell(self, name: str, **parameters: str) -> OnClick:
        """A click on something that writes: once, however often it is clicked."""
        return run(action(self.addon.site.action, self._once(name, parameters)))

    def call(self, name: str, **parameters: str) -> Action:
        return action(self.addon.site.action, self._marked(name, parameters))

    def write(self, name: str, *, required: tuple[str, ...] = (), fields: str = "", **parameters: str) -> Action:
        """`required` and `fields` name inputs: those that must be filled, and those that may have been emptied."""
        shown = {FIELDS: fields} if fields else {}
        return action(self.addon.site.action, {**self._once(name, parameters), **shown}, required=required)

    def _once(self, name: str, parameters: Mapping[str, str]) -> dict[str, str]:
        return {**self._marked(name, parameters), NONCE: new_id()}

    def _marked(self, name: str, parameters: Mapping[str, str]) -> dict[str, str]:
        return {ACTION: name, **({AT: self.at} if self.at else {}), **parameters}


def find_visit(reader: Reader, *, addon: Addon, event: Event, user: GoogleUser) -> Visit | None:
    """The visit of the member behind this Google account, in one statement.

    None when nobody is, or no mailbox of theirs is connected.
    """
    alias = event.message.value if event.message and event.message.is_alias else ""
    rows = _VISIT(reader, sub=user.subject, alias=alias)
    if not rows or rows[0][_BOX.start] is None:
        return None
    viewer = viewer_from(rows[0])
    currency, domains, members, boxes, stages = rows[0][len(VIEWER_COLUMNS) : _BOX.start]
    return Visit(
        addon=addon,
        event=event,
        user=user,
        viewer=viewer,
        boxes=tuple(Box(*row[_BOX]) for row in rows),
        team=_team(f"{members} {boxes}", domains),
        stages=_stages_of(stages),
        currency=currency,
        zone=event.zone or zone_of(viewer.time_zone),
        now=utcnow(),
        at=event.parameters.get(AT, ""),
    )


_colleague, _their_box = Member.__table__.alias(), Mailbox.__table__.alias()  # type: ignore[attr-defined]
_members = (
    select(func.aggregate_strings(_colleague.c.email, " "))
    .where(_colleague.c.workspace_id == Member.workspace_id)
    .scalar_subquery()
)
_addresses = (
    select(func.aggregate_strings(_their_box.c.address + literal(" ") + cast(_their_box.c.aliases, Text), " "))
    .join(_colleague, _colleague.c.id == _their_box.c.member_id)
    .where(_colleague.c.workspace_id == Member.workspace_id)
    .scalar_subquery()
)
_FIELD, _ROW = "\x1f", "\x1e"
_stage: tuple[Any, ...] = (
    cast(col(Pipeline.position), Text),
    cast(col(Stage.position), Text),
    col(Stage.id),
    Stage.name,
    Stage.outcome,
)
_stages = (
    select(func.aggregate_strings(reduce(lambda row, field: row + literal(_FIELD) + field, _stage), _ROW))
    .join(Pipeline, col(Pipeline.id) == col(Stage.pipeline_id))
    .join(Folder, col(Folder.id) == col(Pipeline.folder_id))
    .where(col(Folder.workspace_id) == col(Member.workspace_id), col(Folder.kind) == "deal")
    .where(col(Folder.archived_at).is_(None), col(Pipeline.archived_at).is_(None), col(Stage.archived_at).is_(None))
    .scalar_subquery()
)
_statement: Any = (
    select(
        *VIEWER_COLUMNS,
        col(Workspace.currency),
        col(Workspace.internal_domains),
        _members,
        _addresses,
        _stages,
        col(Mailbox.id),
        col(Mailbox.address),
        col(Mailbox.state),
        col(Mailbox.synced_at),
        col(Mailbox.paused_until),
        col(Mailbox.addon_seen_at),
        col(MessageAlias.gmail_id),
    )
    .select_from(Member)
    .join(Workspace, col(Workspace.id) == col(Member.workspace_id))
    .outerjoin(Mailbox, and_(col(Mailbox.member_id) == col(Member.id), col(Mailbox.state) != "disabled"))
    .outerjoin(
        MessageAlias,
        and_(col(MessageAlias.mailbox_id) == col(Mailbox.id), col(MessageAlias.alias) == bindparam("alias")),
    )
    .where(col(Member.google_sub) == bindparam("sub"), col(Member.active))
    .order_by(col(Mailbox.created_at))
)
_VISIT = HotQuery(_statement)
_BOX = slice(len(VIEWER_COLUMNS) + 5, len(VIEWER_COLUMNS) + 12)
_ADDRESS = re.compile(r"[^\s\"\[\],]+@[^\s\"\[\],]+")


def _team(addresses: str, domains: list[str]) -> Colleagues:
    keys = {email_key(address): "" for address in _ADDRESS.findall(addresses)}
    internal = {domain_of(domain) for domain in domains if not is_freemail(domain)}
    return Colleagues(keys, frozenset(internal - {""}))


def _stages_of(packed: str | None) -> tuple[StageChoice, ...]:
    rows = [row.split(_FIELD) for row in packed.split(_ROW)] if packed else []
    first = min((int(row[0]) for row in rows), default=0)
    ordered = sorted((int(row[1]), row[2:]) for row in rows if int(row[0]) == first)
    return tuple(StageChoice(*row) for _, row in ordered)
