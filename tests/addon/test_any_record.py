"""Whatever stands in a record, its cards are valid: each kind, filled with any text of any script, at any size."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.database import transaction
from app.core.errors import InvalidInput
from app.records.fields import type_of
from app.records.schema import folder_of_kind, schema_of
from app.records.service import create_in
from app.timeline.notes import add_note
from gmail_addon.visit import NONCE
from models import FieldDef
from tests.addon.conftest import Desk
from tests.addon.sidebar import Sidebar, nodes
from tests.addon.test_hostile_mail import HOSTILE

KINDS = ("contact", "company", "lead", "deal", "ticket", "quote", "product")
EXAMPLES = 6
HUGE = 10**13

any_text = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(min_size=1, max_size=300).filter(str.strip),
    st.sampled_from("ぁ漢한عא😀ẞ\u0301\u200b").map(lambda letter: letter * 280),
)
BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "text": any_text,
    "long_text": st.lists(any_text, min_size=1, max_size=60).map("\n".join),
    "tags": st.lists(any_text.map(lambda text: text[:60]), min_size=1, max_size=20),
    "email": st.lists(st.emails(), min_size=1, max_size=8),
    "phone": st.just("+44 20 7946 0000"),
    "url": st.just("https://example.org/" + "a%20b/" * 100),
    "number": st.integers(-HUGE, HUGE),
    "currency": st.integers(0, HUGE).map(str),
    "percent": st.integers(0, 100),
    "date": st.dates(date(1900, 1, 1), date(2999, 12, 31)),
    "checkbox": st.booleans(),
    "address": st.fixed_dictionaries({"street": any_text, "city": any_text}),
}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_all_cards_of_a_record_are_valid(desk: Desk, kind: str, data: st.DataObject) -> None:
    record_id = filled_in(desk, kind, data)
    bob = desk.sit(desk.cast.bob)
    bob.home()
    opened = bob.answer(bob_opens(bob, record_id))
    drawn = [step["pushCard"] for step in opened["renderActions"]["action"]["navigations"]]
    assert drawn
    for action in reads_on(drawn[0]):
        bob.cards = [drawn[0]]
        bob.answer(action)


def filled_in(desk: Desk, kind: str, data: st.DataObject) -> str:
    """A record whose fields hold what was drawn, as far as they take it, with a note on its timeline."""
    with transaction(desk.context.engine) as session:
        folder = folder_of_kind(session, workspace_id=desk.cast.workspace_id, kind=kind)
        fields = schema_of(session, folder=folder, viewer=desk.cast.bob).fields
        values = {field.key: data.draw(BY_TYPE[field.type], field.key) for field in fields if is_asked(field)}
        taken = {field.key: values[field.key] for field in fields if field.key in values and takes(field, values)}
        record = create_in(session, folder=folder, values={"name": "A"} | taken, viewer=desk.cast.bob)
        add_note(session, viewer=desk.cast.bob, record_ids=[record.id], text=data.draw(any_text, "note"))
        return record.id


def is_asked(field: FieldDef) -> bool:
    return field.type in BY_TYPE and not field.computed


def takes(field: FieldDef, values: dict[str, Any]) -> bool:
    try:
        type_of(field).parse(field, values[field.key])
    except InvalidInput:
        return False
    return True


def bob_opens(bob: Sidebar, record_id: str) -> dict[str, Any]:
    parameters = [{"key": "a", "value": "open_record"}, {"key": "id", "value": record_id}]
    return {"function": "https://crm.example/addon/gmail/action", "parameters": parameters}


def reads_on(card: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every click of the card that only shows something."""
    for node in nodes(card):
        action = node.get("onClick", {}).get("action")
        if action and NONCE not in {each["key"] for each in action["parameters"]}:
            yield action
