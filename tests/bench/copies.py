"""People made up, the same at every run: a fifth of them are copies of others, with one to three values corrupted."""

import random
from bisect import bisect
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import app.records.duplicates

COPIES = 0.2
CITIES, STREETS, FAMILIES, FIRMS = 600, 3_000, 12_000, 4_000
_SYLLABLES = (
    "ba ber bo da dor el fe gar go ha hel in jo ka kel la lin ma mer mo na nor o pa per ro sa sen ta tor u ve wal zi"
).split()
_ENDINGS = ("", "", "n", "s", "r", "mann", "son", "ova", "ski", "ez", "ini", "er")
_TITLES = "Buyer Director Engineer Accountant Manager Partner Founder Assistant Planner Analyst".split()
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
Person = dict[str, Any]


def people(count: int, *, seed: int = 11) -> Iterator[tuple[str, Person]]:
    """A contact's values, with an id that says whose they are: `12` and, of its copy, `12-copy`. In mixed order."""
    chosen = random.Random(seed)
    world = _World(chosen)
    originals = round(count * (1 - COPIES))
    copied = set(chosen.sample(range(originals), count - originals))
    later: list[tuple[str, Person]] = []
    for number in range(originals):
        person = world.person(number)
        yield str(number), person
        if number in copied:
            later.append((f"{number}-copy", _corrupted(chosen, world, person, number)))
        if len(later) > 1_000:
            yield later.pop(chosen.randrange(len(later)))
    yield from later


class _World:
    """The names, streets, towns and firms that there are, some much commoner than others."""

    def __init__(self, chosen: random.Random) -> None:
        self.chosen = chosen
        lines = (Path(app.records.duplicates.__file__).parent / "nicknames.txt").read_text().splitlines()
        self.short = {name: forms.split() for name, _, forms in (line.partition(":") for line in lines) if forms}
        self.given = _Drawn(chosen, [name for name in self.short if name.isalpha()], 0.6)
        self.family = _Drawn(chosen, self._words(FAMILIES), 0.7)
        self.street = _Drawn(chosen, [f"{word} street" for word in self._words(STREETS)], 0.3)
        self.city = _Drawn(chosen, self._words(CITIES), 0.5)
        self.firm = _Drawn(chosen, self._words(FIRMS), 0.3)

    def person(self, number: int) -> Person:
        given, family = self.given(), self.family()
        host = f"{self.firm()}.example" if self.chosen.random() < 0.5 else "gmail.com"
        return {
            "given": given,
            "family": family,
            "email": f"{given}.{family}{number}@{host}",
            "phone": self.phone(),
            "title": self.chosen.choice(_TITLES),
            **self.address(),
        }

    def phone(self) -> str:
        return f"+49{self.chosen.randrange(10**9, 10**10)}"

    def address(self) -> Person:
        place = self.city.index()
        street = f"{self.chosen.randrange(1, 150)} {self.street()}"
        return {"street": street, "city": self.city.values[place], "postal_code": f"{10_000 + place * 7}"}

    def _words(self, count: int) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < count:
            parts = [self.chosen.choice(_SYLLABLES) for _ in range(self.chosen.choice((2, 2, 3)))]
            found["".join(parts) + self.chosen.choice(_ENDINGS)] = None
        return list(found)


class _Drawn:
    """Draws values, the first ones most often: the share of the n-th falls with n to this power."""

    def __init__(self, chosen: random.Random, values: list[str], power: float) -> None:
        self.values = values
        self._chosen = chosen
        self._sums = list(accumulate((rank + 1) ** -power for rank in range(len(values))))

    def __call__(self) -> str:
        return self.values[self.index()]

    def index(self) -> int:
        return bisect(self._sums, self._chosen.random() * self._sums[-1])


def _corrupted(chosen: random.Random, world: _World, person: Person, number: int) -> Person:
    copy = dict(person)
    changes: list[Callable[[], Person]] = [
        lambda: {"given": _slip(chosen, copy["given"])},
        lambda: {"family": _slip(chosen, copy["family"])},
        lambda: {"given": chosen.choice(world.short[person["given"]])},
        lambda: {"given": copy["given"][:1]},
        lambda: {"given": copy["family"], "family": copy["given"]},
        lambda: {"email": ""},
        lambda: {"email": f"{copy['given']}{number}@{world.firm()}.example"},
        lambda: {"phone": ""},
        lambda: {"phone": world.phone()},
        lambda: {"street": _slip(chosen, copy["street"])},
        lambda: {"street": "", "city": "", "postal_code": ""},
        world.address,
        lambda: {"title": chosen.choice(_TITLES)},
    ]
    for change in chosen.sample(changes, chosen.choice((1, 2, 3))):
        copy |= change()
    return copy


def _slip(chosen: random.Random, text: str) -> str:
    """One letter wrong, missing, too many, or two swapped."""
    at = chosen.randrange(max(len(text) - 1, 1))
    other = chosen.choice(_LETTERS)
    return chosen.choice(
        (
            text[:at] + other + text[at + 1 :],
            text[:at] + text[at + 1 :] or text,
            text[:at] + other + text[at:],
            text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
        )
    )
