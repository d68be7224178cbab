"""What reps do in the sidebar, twenty of them at once, on the large store: reading clicks and writing ones.

Each line is one click, asked for by all reps without a pause. Writes go to a copy of the store.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.core.ids import new_id
from sync.emulator import GmailEmulator, serve
from tests.bench import store
from tests.bench.databases import KINDS, copied
from tests.bench.gmail import Gmail
from tests.bench.load import run
from tests.bench.measure import AT_MOST, Measure, percentile
from tests.bench.servers import web

CLICKS, WARM_UP = 600, 100
TARGET_MS = 120
DRAWN = b"renderActions"

Ask = Callable[[Gmail, int, int], bytes]
"""A request of a rep, about the record or thing of a number."""


@dataclass(frozen=True)
class Click:
    name: str
    ask: Ask
    answer: bytes = DRAWN


def bench() -> Iterator[Measure]:
    size = store.LARGE
    for kind in KINDS:
        emulator = GmailEmulator()
        with (
            serve(emulator) as google,
            copied(kind, "large", size) as url,
            web(url, processes=2, certs_url=f"{google.url}/oauth2/v1/certs") as ports,
        ):
            gmail = Gmail(emulator, ports[0])
            for click in (*READS, *WRITES):
                yield _measure(kind, click, gmail, ports, size)


def _measure(kind: str, click: Click, gmail: Gmail, ports: list[int], size: store.Size) -> Measure:
    chosen, mine = random.Random(5), size.contacts // store.REPS
    asked = []
    for number in range(CLICKS + WARM_UP):
        rep = number % store.REPS
        asked.append(click.ask(gmail, rep, chosen.randrange(mine // 2) * store.REPS + rep))
    load = run(ports, asked, expect=click.answer, connections=store.REPS, warm_up=WARM_UP)
    p95 = percentile(load.seconds, 0.95) * 1000
    return Measure(f"sidebar: {click.name}, p95 of 20 reps, {kind}", p95, "ms", TARGET_MS, AT_MOST)


def _opened(kind: str) -> Ask:
    return lambda gmail, rep, number: gmail.click(rep, {"a": "open_record", "id": _id(kind, number)})


def _id(kind: str, number: int) -> str:
    """A record of this kind that the rep of the number looks after."""
    return store.key(kind, number % 10_000 if kind == "company" else number % 50_000)


def _read(name: str, **parameters: str) -> Ask:
    return lambda gmail, rep, _number: gmail.click(rep, {"a": name, **parameters})


def _written(name: str, kind: str, parameter: str, parameters: dict[str, str], inputs: dict[str, str]) -> Ask:
    def ask(gmail: Gmail, rep: int, number: int) -> bytes:
        about = {"a": name, "n": new_id(), parameter: _id(kind, number)}
        return gmail.click(rep, about | parameters, inputs)

    return ask


READS = (
    Click("home", lambda gmail, rep, _number: gmail.home(rep), b"pushCard"),
    Click("contact", _opened("contact")),
    Click("company", _opened("company")),
    Click("deal", _opened("deal")),
    Click(
        "form to edit a contact", lambda gmail, rep, n: gmail.click(rep, {"a": "edit_record", "id": _id("contact", n)})
    ),
    Click("form of a new deal", _read("deal_form")),
)
WRITES = (
    Click("note", _written("add_note", "contact", "record", {}, {"note": "They want training."})),
    Click("follow-up", _written("follow_up", "contact", "record", {"days": "3", "title": "Follow up"}, {})),
)
