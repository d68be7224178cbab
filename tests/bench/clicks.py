"""What reps click on in the sidebar, as requests of Gmail: what only reads, and what writes."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.ids import new_id
from gmail_addon.record_form import digest
from tests.bench import store, work
from tests.bench.gmail import Gmail

Ask = Callable[[Gmail, int, int], bytes]
"""A request of a rep, about the record or thing of a number, which is the rep's own."""

DRAWN, FIRST_DRAWN, CHANGED = b"renderActions", b"pushCard", b'"stateChanged":true'
COUNTS = {"company": 10_000, "contact": 50_000, "deal": 50_000, "task": work.TASKS}


@dataclass(frozen=True)
class Click:
    """`answer` is a part of every right answer."""

    name: str
    ask: Ask
    answer: bytes = DRAWN


def _id(kind: str, number: int) -> str:
    """A record of this kind that the rep of the number looks after."""
    return store.key(kind, number % COUNTS.get(kind, work.EACH))


def _on(name: str, kind: str, parameter: str = "id", **more: str) -> Ask:
    """A click that names a record of a kind."""
    return lambda gmail, rep, number: gmail.click(rep, {"a": name, parameter: _id(kind, number), **more})


def _read(name: str, **parameters: str) -> Ask:
    return lambda gmail, rep, _number: gmail.click(rep, {"a": name, **parameters})


def _typed(name: str, text: str) -> Ask:
    """`{n}` in the text is the number."""
    return lambda gmail, rep, number: gmail.click(rep, {"a": name}, {"search": text.format(n=number)})


def _written(name: str, kind: str, parameter: str, parameters: dict[str, str], inputs: dict[str, str]) -> Ask:
    def ask(gmail: Gmail, rep: int, number: int) -> bytes:
        about = {"a": name, "n": new_id(), "at": f"record:{_id('contact', number)}", parameter: _id(kind, number)}
        return gmail.click(rep, about | parameters, inputs)

    return ask


def _amount_edited(gmail: Gmail, rep: int, number: int) -> bytes:
    deal = _id("deal", number)
    was = digest((f"{(number % COUNTS['deal'] % 900 + 100) * 10}.00",))
    parameters = {"a": "set_field", "n": new_id(), "at": f"record:{deal}", "record": deal, "field": "amount"}
    return gmail.click(rep, {**parameters, "was": was, "fields": "f.amount"}, {"f.amount": "12,345.00"})


def _note(gmail: Gmail, rep: int, number: int) -> bytes:
    """From the card of a contact."""
    contact = _id("contact", number)
    parameters = {"a": "add_note", "n": new_id(), "at": f"record:{contact}", "record": contact, "input": "note.1"}
    return gmail.click(rep, {**parameters, "fields": "note.1"}, {"note.1": "They want training."})


def _moved(gmail: Gmail, rep: int, number: int) -> bytes:
    """Another stage for one of the deals; of five, one is won and stays so."""
    deal = _id("deal", number)
    about = {"a": "move_stage", "n": new_id(), "at": f"record:{deal}", "deal": deal}
    return gmail.click(rep, about, {f"stage.{deal}": gmail.stages[number % len(gmail.stages)]})


READS = (
    Click("compose", lambda gmail, rep, n: gmail.compose(rep, store.address(n % 50_000)), FIRST_DRAWN),
    *(
        Click(kind, _on("open_record", kind), b"pushCard")
        for kind in ("contact", "company", "deal", "lead", "ticket", "quote")
    ),
    Click("home", lambda gmail, rep, _number: gmail.home(rep), FIRST_DRAWN),
    Click("who belongs to a company", _on("customer", "company", "record")),
    Click("timeline", _on("timeline", "contact", "record")),
    Click("task", _on("open_task", "task")),
    Click("form to edit a contact", _on("edit_record", "contact")),
    Click("form to edit a deal", _on("edit_record", "deal")),
    Click("form of a new deal", _on("deal_form", "contact", "person")),
    Click("form of a note", _on("note_form", "contact", "record")),
    Click("form of a task", _on("task_form", "contact", "record")),
    Click("suggestions", _typed("suggest_search", "person {n}"), b"autoComplete"),
    Click("search", _typed("search", "person {n}")),
    Click("views", _read("views")),
    Click("settings", _read("settings")),
)
WRITES = (
    Click("note", _note, CHANGED),
    Click("follow-up", _written("follow_up", "contact", "record", {"days": "3", "title": "Follow up"}, {}), CHANGED),
    Click("stage move", _moved, CHANGED),
    Click("field edit", _amount_edited, CHANGED),
    Click("task done", _written("complete_task", "task", "task", {}, {}), CHANGED),
)
