"""One request of one person: who is looking at Gmail, from which mailboxes, and where on the stack of cards."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Text, and_, bindparam, cast, func, literal, select
from sqlmodel import col

from app.core.clock import utcnow, zone_of
from app.core.freemail import is_freemail
from app.core.google_tokens import GoogleUser
from app.core.hot import HotQuery, Reader
from app.core.ids import new_id
from app.mail.colleagues import Colleagues
from app.records.catalog import Catalog, catalog_of
from app.records.fields.formats import Formats
from app.records.keys import domain_of, email_key
from app.workspaces.access import VIEWER_COLUMNS, Viewer, viewer_from
from gmail_addon.card_types import Action, OnClick
from gmail_addon.clicks import action, run
from gmail_addon.context import Addon
from gmail_addon.draft import DRAFT, Draft, draft_of
from gmail_addon.events import Event
from gmail_addon.forms import FIELDS
from gmail_addon.language import language_for, speak, spoken
from gmail_addon.wording import t
from models import Mailbox, Member, MessageAlias, Stage, Workspace

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
class Visit:
    """Everything that the cards and actions of one request share. `at` names the card being drawn; "" is the root.

    `draft` is the mail being written, where that is what the cards are beside.
    """

    addon: Addon
    event: Event
    user: GoogleUser
    viewer: Viewer
    boxes: tuple[Box, ...]
    team: Colleagues
    catalog: Catalog
    currency: str
    zone: ZoneInfo
    now: datetime
    at: str = ""
    draft: Draft | None = None

    @property
    def here(self) -> Box:
        """The mailbox that Gmail is open with; another of the viewer's when its address has changed."""
        same = (box for box in self.boxes if box.address == self.user.email.lower())
        return next(same, self.boxes[0])

    def name_of(self, member_id: str | None) -> str | None:
        """A member's name, whether they still work here or not."""
        member = self.catalog.members.get(member_id or "")
        return member.name if member else None

    def stages_beside(self, stage_id: str) -> list[Stage]:
        """The stages in use of the pipeline that this stage is of, in order; none when the stage is not in use."""
        stage = self.catalog.stages.get(stage_id)
        if stage is None or stage.archived_at:
            return []
        return self.catalog.stages_in(stage.pipeline_id)

    def first_stages(self) -> list[Stage]:
        """The stages of the pipeline where new deals begin."""
        deals = self.catalog.folder_of("deal")
        pipelines = [one for one in self.catalog.pipelines.values() if deals and one.folder_id == deals.id]
        first = next((one for one in pipelines if one.archived_at is None), None)
        return self.catalog.stages_in(first.id) if first else []

    @property
    def formats(self) -> Formats:
        """How values of fields are shown to this person."""
        return Formats(str(spoken().locale), self.zone.key, self.currency, word=t)

    def standing(self, at: str) -> "Visit":
        """The same visit, drawing the card `at`."""
        return replace(self, at=at)

    def ask(self, name: str, /, **parameters: str) -> OnClick:
        """A click on something that only reads."""
        return run(self.call(name, **parameters))

    def tell(self, name: str, /, **parameters: str) -> OnClick:
        """A click on something that writes: once, however often it is clicked."""
        return run(action(self.addon.site.action, self._once(name, parameters)))

    def call(self, name: str, /, **parameters: str) -> Action:
        return action(self.addon.site.action, self._marked(name, parameters))

    def write(
        self, name: str, /, *, required: tuple[str, ...] = (), fields: str = "", nonce: str = "", **parameters: str
    ) -> Action:
        """`required` and `fields` name inputs: those that must be filled, and those that may have been emptied.

        Of buttons with the same `nonce`, one is carried out, once.
        """
        shown = {FIELDS: fields} if fields else {}
        return action(self.addon.site.action, {**self._once(name, parameters, nonce), **shown}, required=required)

    def _once(self, name: str, parameters: Mapping[str, str], nonce: str = "") -> dict[str, str]:
        return {**self._marked(name, parameters), NONCE: nonce or new_id()}

    def _marked(self, name: str, parameters: Mapping[str, str]) -> dict[str, str]:
        place = {AT: self.at} if self.at else {}
        draft = {DRAFT: self.draft.packed} if self.draft else {}
        return {ACTION: name, **place, **draft, **parameters}


def find_visit(reader: Reader, *, addon: Addon, event: Event, user: GoogleUser) -> Visit | None:
    """The visit of the member behind this Google account, in one statement; from then on, their language is spoken.

    None when nobody is, or no mailbox of theirs is connected. A process that meets the workspace's present
    catalog for the first time reads that, too.
    """
    alias = event.message.value if event.message and event.message.is_alias else ""
    rows = _VISIT(reader, sub=user.subject, alias=alias)
    if not rows or rows[0][_BOX.start] is None:
        return None
    viewer = viewer_from(rows[0])
    currency, domains, language, members, boxes = rows[0][len(VIEWER_COLUMNS) : _BOX.start]
    speak(language_for(language, event.locale or viewer.locale))
    return Visit(
        addon=addon,
        event=event,
        user=user,
        viewer=viewer,
        boxes=tuple(Box(*row[_BOX]) for row in rows),
        team=_team(f"{members} {boxes}", domains),
        catalog=catalog_of(reader, workspace_id=viewer.workspace_id, version=viewer.catalog_version),
        currency=currency,
        zone=event.zone or zone_of(viewer.time_zone),
        now=utcnow(),
        at=event.parameters.get(AT, ""),
        draft=draft_of(event),
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
_statement: Any = (
    select(
        *VIEWER_COLUMNS,
        col(Workspace.currency),
        col(Workspace.internal_domains),
        col(Member.language),
        _members,
        _addresses,
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
