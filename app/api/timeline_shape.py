"""Timeline entries as the REST API gives and takes them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlmodel import Session

from app.api.record_shape import EXAMPLE_ID, Named
from app.api.shapes import Body, Moment
from app.timeline.entry_types import EMAIL, entry_type
from app.timeline.feed import Entry
from app.timeline.holders import holders_of
from app.timeline.pages import Home, homes_of
from app.workspaces.access import Viewer

ENTRY_ID = "01jd3x9f6e8m2k4q7r0s5t1vw0"


class EntryHome(BaseModel):
    """A record that an entry stands on, and the rule that put it there."""

    id: str = Field(examples=[EXAMPLE_ID])
    kind: str = Field(examples=["contact"])
    name: str = Field(examples=["Dana Diaz"])
    rule: str = Field(examples=["participant"])


class EntryOut(BaseModel):
    """Something that happened. A `locked` entry tells only that it is there: ask its holder, or see its record.

    `records` are those of its records that the caller may see. `data` depends on the type: a call's `outcome` and
    `minutes`, a comment's `mentions`, a file's `url`, the `changes` of a save.
    """

    id: str = Field(examples=[ENTRY_ID])
    type: str = Field(examples=["call"])
    label: str = Field(examples=["Call"])
    icon: str = Field(examples=["PHONE"])
    occurred_at: datetime
    title: str = Field(examples=["Call: Connected"])
    summary: str = Field(examples=["She will send the drawings."])
    actor: Named | None
    locked: bool = Field(examples=[False])
    pinned: bool = Field(examples=[False])
    holders: list[Named] = Field(description="Whose mailboxes hold an email that is open to the caller.")
    data: dict[str, Any] = Field(examples=[{"outcome": "Connected", "minutes": 12}])
    records: list[EntryHome]


class NewActivity(Body):
    type: Literal["call", "meeting"] = Field(examples=["call"])
    outcome: str = Field(
        default="",
        examples=["Connected"],
        description="Of a call: Connected, No answer, Left a message, Busy, Wrong number; of a meeting: Held, No show, "
        "Rescheduled, Cancelled.",
    )
    minutes: int | None = Field(default=None, ge=0, le=1440, examples=[12], description="How long it took.")
    at: Moment | None = Field(default=None, examples=["2026-03-02T12:00:00Z"], description="When it began; null: now.")
    text: str = Field(default="", max_length=10_000, examples=["She will send the drawings."])
    participants: list[str] = Field(default=[], max_length=50, examples=[[EXAMPLE_ID]], description="Contacts, by id.")


class NewNote(Body):
    text: str = Field(min_length=1, max_length=10_000, examples=["Prefers granite."])


class NewComment(NewNote):
    mentions: list[str] = Field(
        default=[],
        max_length=50,
        examples=[[EXAMPLE_ID]],
        description="Members to notify, by id, besides those whom the text names as `@Name`.",
    )


class NewFile(Body):
    url: str = Field(min_length=1, max_length=2_000, examples=["https://drive.example/offer.pdf"])
    name: str = Field(default="", max_length=300, examples=["Offer.pdf"])


class EntryEdit(Body):
    """What is left out stays. `outcome`, `minutes` and `at` are of calls and meetings."""

    text: str | None = Field(default=None, max_length=10_000, examples=["Prefers slate."])
    outcome: str | None = Field(default=None, examples=["Left a message"])
    minutes: int | None = Field(default=None, ge=0, le=1440, examples=[5])
    at: Moment | None = Field(default=None, examples=["2026-03-02T12:00:00Z"])


def entries_out(session: Session, *, viewer: Viewer, entries: Sequence[Entry]) -> list[EntryOut]:
    """Entries with the records around them that the viewer may see, and who holds the open mail among them."""
    homes = homes_of(session, viewer=viewer, entries=entries)
    open_mail = [entry.id for entry in entries if entry.type == EMAIL.name and not entry.locked]
    holders = holders_of(session, entry_ids=open_mail) if open_mail else {}
    return [_out(entry, homes.get(entry.id, []), holders.get(entry.id, {})) for entry in entries]


def _out(entry: Entry, homes: list[Home], holders: Mapping[str, str]) -> EntryOut:
    type = entry_type(entry.type)
    actor = Named(id=entry.actor_id, name=entry.actor) if entry.actor_id and entry.actor else None
    return EntryOut(
        id=entry.id,
        type=entry.type,
        label=type.label,
        icon=type.icon,
        occurred_at=entry.occurred_at,
        title=entry.title,
        summary=entry.summary,
        actor=actor,
        locked=entry.locked,
        pinned=entry.pinned,
        holders=[Named(id=id, name=name) for id, name in holders.items()],
        data=entry.data,
        records=[EntryHome(id=home.id, kind=home.kind, name=home.name, rule=home.rule) for home in homes],
    )
