"""`python -m tests.bench [NAME]`: print a line per measure."""

import sys

from tests.bench import (
    card,
    duplicates,
    emulator,
    engine,
    exports,
    imports,
    people,
    push,
    quota,
    search,
    sidebar,
    syncing,
)
from tests.bench.measure import Bench, show

BENCHES: dict[str, Bench] = {
    "syncing": syncing.bench,
    "quota": quota.bench,
    "push": push.bench,
    "card": card.bench,
    "sidebar": sidebar.bench,
    "people": people.bench,
    "search": search.bench,
    "engine": engine.bench,
    "duplicates": duplicates.bench,
    "emulator": emulator.bench,
    "exports": exports.bench,
    "imports": imports.bench,
}


def main(names: list[str]) -> None:
    unknown = set(names) - BENCHES.keys()
    if unknown:
        sys.exit(f"no measure is named {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    for name in names or BENCHES:
        for measure in BENCHES[name]():
            show(measure)


main(sys.argv[1:])
