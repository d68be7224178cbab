"""Names, numbers and addresses in the form in which they are compared, whatever people type."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.records.duplicates.alike import alike_key
from app.records.duplicates.companies import company_words
from app.records.duplicates.comparing import compared_sql, rows_of_texts
from app.records.duplicates.engine import run_planned
from app.records.duplicates.people import formal, person_name
from app.records.duplicates.traits import Sort, Trait
from app.records.duplicates.values import Normalizer, phone_end
from app.records.duplicates.words import MAX_NAME, sound, words_in

HOSTILE = st.text(max_size=300) | st.sampled_from(["", "'", "'; DROP TABLE rec; --", "\x1e\x1f", "\ud7ff", "ﷺ", "𝓐𝓷𝓷𝓪"])
NAMES = st.sampled_from("Anna Bob Robert Müller Мария 王小明 Smith Schmidt Jean-Luc von Berg".split())
WORDS = st.sampled_from("Anna Bob Robert Müller Мария Smith Schmidt Berg".split())


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Мария Иванова", ["mariya", "ivanova"]),
        ("Łukasz Ørsted", ["lukasz", "orsted"]),
        ("김철수", ["gim", "cheolsu"]),
        ("王小明", ["wang", "xiaoming"]),
        ("S.A. de C.V.", ["sa", "de", "cv"]),
        ("O'Neil", ["oneil"]),
        ("Jean-Luc", ["jean", "luc"]),
    ],
)
def test_words_are_in_one_alphabet(written: str, words: list[str]):
    assert words_in(written) == words


@pytest.mark.parametrize(
    ("one", "other"), [("schmidt", "smith"), ("mueller", "muller"), ("meyer", "maier"), ("sofia", "sophia")]
)
def test_what_sounds_the_same_is_the_same(one: str, other: str):
    assert sound(one) == sound(other)


@pytest.mark.parametrize(
    ("short", "name"),
    [("bob", "robert"), ("sasha", "aleksandr"), ("paco", "francesco"), ("masha", "maria"), ("bill", "wilhelm")],
)
def test_short_forms_stand_for_names_in_several_languages(short: str, name: str):
    assert formal(short) == formal(name)


@pytest.mark.parametrize(
    ("written", "given_name", "family"),
    [
        ("Dr. Anna Maria von Berg", "anna", "berg"),
        ("Berg, Anna", "anna", "berg"),
        ("Smith, John, Jr.", "smith", "john"),
        ("Madonna", "madonna", ""),
        ("Van Der", "van", "der"),
        ("", "", ""),
    ],
)
def test_given_and_family_name(written: str, given_name: str, family: str):
    assert person_name(written)[:2] == (given_name, family)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("The Acme Tools GmbH & Co. KG", ("acme", "tools")),
        ("ACME TOOLS, INC.", ("acme", "tools")),
        ("Grupo Acme S.A. de C.V.", ("grupo", "acme")),
        ("有限会社アクメ", ("akume",)),
        ("ООО Ромашка", ("romashka",)),
        ("Company", ("company",)),
    ],
)
def test_legal_forms_are_no_part_of_a_name(written: str, words: tuple[str, ...]):
    assert company_words(written) == words


@pytest.mark.parametrize("number", ["+49 30 1234567", "030 1234567", "0049 (30) 123-45-67", "+49301234567"])
def test_a_number_is_one_however_it_is_dialled(number: str):
    assert phone_end(number) == "301234567"


@given(HOSTILE)
def test_no_text_is_too_strange(text: str):
    words = words_in(text)
    assert all(word.isascii() and word.isalnum() for word in words)
    assert all(sound(word).isascii() for word in words)
    person_name(text)
    company_words(text)
    phone_end(text)


@given(st.text(max_size=MAX_NAME * 3))
def test_keys_fit_an_index(text: str):
    assert all(len(alike_key(kind, text)) <= 320 for kind in ("contact", "company", "deal"))


@given(WORDS, WORDS)
def test_the_key_of_a_name_does_not_know_order_and_case(one: str, other: str):
    key = alike_key("contact", f"{one} {other}")
    assert key == alike_key("contact", f"{other.upper()} {one.lower()}")


TRAITS = (
    Trait("name", Sort.GIVEN, ("name",)),
    Trait("name", Sort.FAMILY, ("name",)),
    Trait("email", Sort.EMAIL, ("email",)),
    Trait("phone", Sort.PHONE, ("phone",)),
    Trait("address", Sort.PLACE, ("address",)),
    Trait("firm", Sort.FIRM, ("firm",)),
    Trait("born", Sort.DATE, ("born",)),
    Trait("note", Sort.TEXT, ("note",)),
)
PEOPLE = st.fixed_dictionaries(
    {},
    optional={
        "name": st.builds("{} {}".format, NAMES, NAMES) | HOSTILE,
        "email": st.lists(st.sampled_from(["a.b@gmail.com", "ab@googlemail.com", "x1@acme.example"]), min_size=1),
        "phone": st.lists(st.sampled_from(["+49301234567", "+49301234568", "12"]), min_size=1),
        "address": st.fixed_dictionaries({}, optional={"street": HOSTILE, "city": NAMES, "postal_code": HOSTILE}),
        "firm": NAMES | HOSTILE,
        "born": st.dates().map(str),
        "note": NAMES | HOSTILE,
    },
)


def _levels(one: dict[str, Any], other: dict[str, Any]) -> list[int]:
    read = Normalizer(TRAITS, {trait.key for trait in TRAITS})
    rows = [{key: value for key, value in read.row(p.get("name", ""), p, None).items() if value} for p in (one, other)]
    levels = ", ".join(f"g{place}" for place in range(len(TRAITS)))
    sql = f"SELECT {levels} FROM ({compared_sql(TRAITS, rows_of_texts(TRAITS))})"
    return list(run_planned(sql, *(orjson.dumps([row]).decode() for row in rows))[0])


@settings(max_examples=60, deadline=None)
@given(PEOPLE, PEOPLE)
def test_two_are_as_alike_as_the_other_way_round(one: dict[str, Any], other: dict[str, Any]):
    assert _levels(one, other) == _levels(other, one)


@settings(max_examples=40, deadline=None)
@given(PEOPLE)
def test_everybody_is_the_same_as_oneself(person: dict[str, Any]):
    assert set(_levels(person, person)) <= {-1, 0, 2, 3}, (
        "what is there is the same; a place may be a street or a town alone"
    )
