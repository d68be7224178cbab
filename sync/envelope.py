"""A parsed message seen as correspondence: who takes part, and on which side."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.mail.colleagues import Colleagues
from app.records.keys import domain_of, email_key
from sync.parse import Kind, ParsedMessage

CORRESPONDING = frozenset({"from", "reply_to", "to", "cc", "bcc"})
"""Roles of people; a `sender` that differs from `from` is mostly machinery."""
FAILED = "failed"
"""The role of a recipient that a bounce says it could not reach."""


@dataclass(frozen=True, slots=True)
class Person:
    """A participant with the normalised forms that records are found by. `ours`: a colleague."""

    role: str
    position: int
    name: str
    address: str
    key: str
    domain: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Envelope:
    """`direction` is `in`, `out` (one of us wrote it) or `internal` (nobody else takes part)."""

    message: ParsedMessage
    people: tuple[Person, ...]
    direction: str

    @property
    def outsiders(self) -> list[Person]:
        return [person for person in self.people if not person.ours]

    @property
    def author(self) -> Person | None:
        return next((person for person in self.people if person.role == "from"), None)

    @property
    def linking(self) -> list[Person]:
        """Those whose records the message belongs to: for a bounce, the people it did not reach."""
        return linking(self.people, self.message.kind)


def linking(people: Iterable[Person], kind: Kind) -> list[Person]:
    """Those of a message of this kind by whom records are found: outsiders in the roles that count."""
    roles = linking_roles(kind)
    return [person for person in people if not person.ours and person.role in roles]


def linking_roles(kind: Kind) -> frozenset[str]:
    return frozenset({FAILED}) if kind is Kind.BOUNCE else CORRESPONDING


def read_envelope(message: ParsedMessage, us: Colleagues) -> Envelope:
    people = tuple(person for person in _people(message, us) if person.key)
    author_is_ours = any(person.ours for person in people if person.role == "from")
    if people and all(person.ours for person in people):
        direction = "internal"
    else:
        direction = "out" if author_is_ours or "SENT" in message.label_ids else "in"
    return Envelope(message, people, direction)


def _people(message: ParsedMessage, us: Colleagues) -> Iterator[Person]:
    for one in message.participants:
        yield _person(us, one.role, one.position, one.name, one.address)
    failed = message.bounce.recipients if message.bounce else ()
    for position, recipient in enumerate(failed):
        yield _person(us, FAILED, position, "", recipient.address)


def _person(us: Colleagues, role: str, position: int, name: str, address: str) -> Person:
    key, domain = email_key(address), domain_of(address)
    return Person(role, position, name, address, key, domain, us.include(key, domain))
