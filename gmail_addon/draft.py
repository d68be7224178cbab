"""The mail that is being written while Gmail shows the compose card.

Gmail tells the card nothing of a draft but its recipients, and has no id for it. See `draftAccess` in
https://developers.google.com/workspace/add-ons/concepts/event-objects
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gmail_addon.events import Event
from gmail_addon.headers import Named
from sync.outgoing.plans import ROLES, recipients_digest
from sync.parse.addresses import parse_addresses

DRAFT = "d"
MAX_PACKED = 400


@dataclass(frozen=True, slots=True)
class Draft:
    """Its recipients, in the order of ROLES."""

    people: tuple[Named, ...] = ()

    @property
    def digest(self) -> str:
        """What stands for it until it is sent; "" while it is to nobody."""
        return recipients_digest(*([one.address for one in self.people if one.role == role] for role in ROLES))

    @property
    def packed(self) -> str:
        """It as a parameter of buttons, as far as it fits: for clicks that Gmail sends without the recipients."""
        packed = "draft"
        for one in self.people:
            word = f" {one.role}:{one.address}"
            if len(packed) + len(word) > MAX_PACKED:
                break
            packed += word
        return packed


def draft_of(event: Event) -> Draft | None:
    """The draft that the event tells of, or that the clicked card was drawn for; None beside mail that is read."""
    if event.is_compose:
        return _drafted({"to": event.to, "cc": event.cc, "bcc": event.bcc})
    packed = event.parameters.get(DRAFT, "")
    if not packed:
        return None
    given: dict[str, list[str]] = {role: [] for role in ROLES}
    for word in packed.split()[1:]:
        role, _, address = word.partition(":")
        given.get(role, []).append(address)
    return _drafted(given)


def _drafted(given: Mapping[str, tuple[str, ...] | list[str]]) -> Draft:
    people = [
        Named(role, position, person.name, person.address)
        for role in ROLES
        for position, person in enumerate(parse_addresses(", ".join(given[role])))
    ]
    return Draft(tuple(people))
