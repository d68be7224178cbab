"""`{{field}}` places of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.places import fill

VALUES = {
    "first_name": "Jane",
    "company": "Acme & Söhne",
    "company.domain": "acme.com",
    "empty": "  ",
    "evil": "{{me}}",
}


@pytest.mark.parametrize(
    ("text", "said", "missing"),
    [
        ("Hi {{first_name}}!", "Hi Jane!", ()),
        ("Hi {{ First_Name }}!", "Hi Jane!", ()),
        ("Hi {{first_name|there}}", "Hi Jane", ()),
        ("Hi {{nobody|there}}", "Hi there", ()),
        ("Hi {{nobody|}}!", "Hi !", ()),
        ("Hi {{nobody}} of {{empty}}, {{nobody}}", "Hi {{nobody}} of {{empty}}, {{nobody}}", ("nobody", "empty")),
        ("{{company.domain}} {{company}}", "acme.com Acme & Söhne", ()),
        ("{{evil}} {{me|x}}", "{{me}} x", ()),
        ("{first_name} {{}} {{ }} {{1st}} {{{first_name}}} }}{{", "{first_name} {{}} {{ }} {{1st}} {Jane} }}{{", ()),
        ("{{first_name|{{company}}}}", "{{first_name|Acme & Söhne}}", ()),
        ("", "", ()),
    ],
)
def test_places_are_filled(text: str, said: str, missing: tuple[str, ...]) -> None:
    filled = fill(text, VALUES)
    assert (filled.text, filled.missing) == (said, missing)


@given(value=st.text(min_size=1).filter(str.strip), before=st.text(alphabet=st.characters(exclude_characters="{}")))
def test_a_value_stands_there_as_it_is(value: str, before: str) -> None:
    assert fill(before + "{{name}}", {"name": value}).text == before + value.strip()


@given(st.text(alphabet="{}| ab\n."))
def test_any_text_can_be_filled(text: str) -> None:
    filled = fill(text, {})
    assert all(f"{{{{{name}}}}}" in filled.text.replace(" ", "").lower() for name in filled.missing)
