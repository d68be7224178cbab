import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.search.folding import fold, places_of, words_of
from app.records.search.query import parse_query
from app.records.search.snippets import match_in


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("Müller", "muller"),
        ("Łukasz Østergård", "lukasz ostergard"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("Ёлкин", "елкин"),
        ("محمّد", "محمد"),
        ("أحمد", "احمد"),
        ("محـــمد", "محمد"),
        ("ガンダム", "がんだむ"),
        ("ＡＢＣ株式会社", "abc株式会社"),
        ("ｶﾞﾝﾀﾞﾑ", "ガンダム"),
    ],
)
def test_spellings_that_people_do_not_tell_apart_are_one(written: str, searched: str):
    assert words_of(written) == words_of(searched)


@pytest.mark.parametrize(
    ("one", "other"), [("가나", "나가"), ("がき", "かき"), ("สมชาย", "สมหมาย"), ("Mayer", "Meyer")]
)
def test_what_is_told_apart_stays_apart(one: str, other: str):
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("王小明", "小明"),
        ("王小明", "王"),
        ("王小明", "明"),
        ("김민수", "민수"),
        ("สมชาย ใจดี", "ชาย"),
        ("東京支店", "京支"),
    ],
)
def test_any_part_of_a_text_without_spaces_is_found(text: str, part: str):
    words = words_of(text)
    assert all(any(word.startswith(term.text) for word in words) for term in parse_query(part).terms)


@given(st.text(max_size=60))
def test_places_say_where_words_stand(text: str):
    places = places_of(text)
    assert all(0 <= place.start < place.end <= len(text) for place in places)
    assert all(fold(text[place.start : place.end]) for place in places)


def test_a_snippet_shows_the_match_within_a_long_text():
    text = "word " * 200 + "needle " + "word " * 200
    found = match_in(text, parse_query("need"), key="text", name="Text")
    assert found
    assert [found.text[start:end] for start, end in found.ranges] == ["needle"]
    assert len(found.text) < 170
    assert found.text.startswith("…word")


def test_neighbouring_characters_are_highlighted_together():
    found = match_in("王小明", parse_query("小明"), key="name", name="Name")
    assert found
    assert [found.text[start:end] for start, end in found.ranges] == ["小明"]


@pytest.mark.parametrize("nothing", ["", "   ", "!?", "\0", "@", "@@", "=", "~", "'", '"', "* OR", ":"])
def test_anything_may_be_typed(nothing: str):
    assert {term.text for term in parse_query(nothing).terms} <= {"or"}
