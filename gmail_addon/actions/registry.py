"""The actions by name. To add one: write its function in the module of its noun, under `shows` or `writes`."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from app.core.errors import InvalidInput
from gmail_addon.lookup import Opened
from gmail_addon.responses import Navigation, Response
from gmail_addon.visit import Visit

Show = Callable[[Visit], Response]
Write = Callable[[Session, Visit, Opened | None], "Done"]
Prepare = Callable[[Visit], Opened | None]
Again = Callable[[Visit, InvalidInput], Navigation | None]
Choice = Callable[[Visit], str]


@dataclass(frozen=True, slots=True)
class Done:
    """What a write says, and the card to stand on after it (None: where the person stands already)."""

    notify: str
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Writer:
    """A write in its one transaction. `prepare` runs before, without one, and finds the open message if it matters.

    `again` answers a refused form: with the same form, its values and the error. `choice` tells apart the clicks
    that one button can make, such as the options of a dropdown.
    """

    run: Write
    prepare: Prepare | None
    again: Again | None
    choice: Choice | None


SHOWS: dict[str, Show] = {}
WRITES: dict[str, Writer] = {}


def shows(name: str) -> Callable[[Show], Show]:
    """Register an action that only reads."""

    def register(show: Show) -> Show:
        _claim(name)
        SHOWS[name] = show
        return show

    return register


def writes(
    name: str, *, prepare: Prepare | None = None, again: Again | None = None, choice: Choice | None = None
) -> Callable[[Write], Write]:
    """Register an action that changes something."""

    def register(run: Write) -> Write:
        _claim(name)
        WRITES[name] = Writer(run, prepare, again, choice)
        return run

    return register


def _claim(name: str) -> None:
    if name in SHOWS or name in WRITES:
        raise ValueError(f"two actions are named {name}")
