"""Everybody who writes in the demo. All people and companies are invented; domains end in .example."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson

MESSAGES = Path(__file__).parent.parent / "messages"
COLLEAGUES = ("bob", "alice", "carol")
"""Keys of the people whose mailboxes the demo fills; Bob's is the one it opens with."""


@dataclass(frozen=True)
class Person:
    """A correspondent. `style` is how their mail program quotes: gmail, outlook or text."""

    key: str
    name: str
    email: str
    style: str = "text"
    title: str = ""
    company: str = ""
    phone: str = ""

    def signature(self) -> str:
        """Lines under a mail; empty for people who use none."""
        if not self.title:
            return ""
        lines = [self.name, " · ".join(part for part in (self.title, self.company) if part), self.phone]
        return "\n".join(line for line in lines if line)


@cache
def people() -> dict[str, Person]:
    """Key to person, from `messages/people.json`."""
    rows = orjson.loads((MESSAGES / "people.json").read_bytes())
    return {key: Person(key=key, **row) for key, row in rows.items()}
