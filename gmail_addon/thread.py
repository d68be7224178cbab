"""What the store says of the thread around the open message: who wrote last, and which deal it may be about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core.hot import Row
from app.timeline.deals import Deal, deal_from
from app.workspaces.access import Viewer
from gmail_addon.statements import COPY_HOME, COPY_LAST, OFFERED, ON_THREAD
from sync.attribution.rule import ATTRIBUTION


@dataclass(frozen=True, slots=True)
class LastWord:
    """The last message that a person wrote to us (`incoming`) or from here; `writer` is their name or address."""

    incoming: bool
    at: datetime
    writer: str


@dataclass(frozen=True, slots=True)
class Guess:
    """A deal that the thread is about by its score; `reasons` as in `sync.attribution.score.Reason`."""

    deal: Deal
    reasons: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class OpenThread:
    """`on` is the deal it was put on by itself; `guesses` are open deals to choose from, the likeliest first.

    `is_settled`: it is on some record already, be it one out of sight.
    """

    last: LastWord | None = None
    on: Guess | None = None
    guesses: tuple[Guess, ...] = ()
    is_settled: bool = False


def thread_of(viewer: Viewer, rows: Sequence[Row]) -> OpenThread:
    """From the rows of statements.COPY."""
    direction, at, name, address = rows[0][COPY_LAST]
    last = LastWord(direction == "in", at, name or address or "") if direction else None
    linked = [row for row in rows if row[COPY_HOME][1] == ON_THREAD]
    by_score = [row for row in linked if row[COPY_HOME][2] == ATTRIBUTION]
    offered = sorted((row for row in rows if row[COPY_HOME][1] == OFFERED), key=lambda row: -row[COPY_HOME][3])
    return OpenThread(
        last=last,
        on=next(_guesses(viewer, by_score), None),
        guesses=tuple(_guesses(viewer, offered, only_open=True)),
        is_settled=bool(linked),
    )


def _guesses(viewer: Viewer, rows: Sequence[Row], *, only_open: bool = False) -> Iterator[Guess]:
    """Those of deals that the viewer may see."""
    for row in rows:
        _, _, _, _, reasons, _, id, kind, name, *facts, status = row[COPY_HOME]
        if kind == "deal" and (status == "open" or not only_open):
            yield Guess(deal_from(viewer, (id, name, *facts)), reasons or ())
