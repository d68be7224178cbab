"""Events as Gmail posts them: lenient about what is missing or new, strict about what is wrong."""

import json
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_addon.errors import EventTooLarge, InvalidEvent
from gmail_addon.events import MAX_EVENT_BYTES, Event, parse_event
from gmail_addon.gmail_ids import GmailId, gmail_id
from tests.addon.published_schemas import DATA, published_problems

EXECUTE = "https://www.googleapis.com/auth/gmail.addons.execute"
METADATA = "https://www.googleapis.com/auth/gmail.addons.current.message.metadata"

CLICK: dict[str, Any] = {
    "commonEventObject": {
        "hostApp": "GMAIL",
        "platform": "WEB",
        "userLocale": "en-GB",
        "timeZone": {"id": "Europe/Berlin", "offset": 3600000},
        "parameters": {"a": "save_deal", "fields": "title,tags,close"},
        "formInputs": {
            "title": {"stringInputs": {"value": ["Acme renewal"]}},
            "stage": {"stringInputs": {"value": ["s1"]}},
            "people": {"stringInputs": {"value": ["p1", "p2"]}},
            "close": {"dateInput": {"msSinceEpoch": "1796083200000"}},
            "due": {"dateTimeInput": {"msSinceEpoch": 1796115600000, "hasDate": True, "hasTime": True}},
        },
    },
    "authorizationEventObject": {
        "userOAuthToken": "ya29.secret",
        "userIdToken": "eyJ.user",
        "systemIdToken": "eyJ.system",
        "authorizedScopes": [EXECUTE],
    },
    "gmail": {
        "messageId": "msg-f:1654283764539336439",
        "threadId": "thread-f:1654283764539336439",
        "accessToken": "AGy.message",
        "toRecipients": ["sasha@acme.example"],
        "ccRecipients": [],
    },
}


def event(body: Any) -> Event:
    return parse_event(json.dumps(body).encode())


def form_of(inputs: dict[str, Any], **parameters: str) -> Any:
    return event({"commonEventObject": {"formInputs": inputs, "parameters": parameters}}).form


def test_the_fixture_is_an_event_as_published() -> None:
    assert published_problems(CLICK, "CommonEvent") == []


def test_everything_of_a_click_is_read() -> None:
    found = event(CLICK)
    assert (found.host_app, found.platform, found.locale) == ("GMAIL", "WEB", "en-GB")
    assert found.zone == ZoneInfo("Europe/Berlin")
    assert found.parameters["a"] == "save_deal"
    assert found.message == found.thread == GmailId("16f53251af1026f7")
    assert found.message_access_token == "AGy.message"
    assert (found.user_access_token, found.user_id_token) == ("ya29.secret", "eyJ.user")
    assert found.system_id_token == "eyJ.system"
    assert (found.to, found.cc, found.bcc) == (("sasha@acme.example",), (), ())


def test_everything_may_be_missing() -> None:
    for body in ({}, {"commonEventObject": None, "gmail": None}, {"commonEventObject": {"formInputs": None}}):
        found = event(body)
        assert (found.message, found.zone, found.user_id_token) == (None, None, None)
        assert found.form.text("title") is None


def test_what_is_new_is_ignored() -> None:
    assert event({**CLICK, "chat": {"x": 1}, "messageMetadata": {}}) == event(CLICK)


@pytest.mark.skipif(not DATA.exists(), reason=f"no real events in {DATA}")
def test_real_events_are_read() -> None:
    for path in (DATA / "events").iterdir():
        found = parse_event(path.read_bytes())
        assert found.host_app == "GMAIL"
        assert found.message is not None
        assert not found.message.is_alias


def test_tokens_are_not_in_the_repr() -> None:
    shown = repr(event(CLICK))
    assert not [secret for secret in ("ya29", "eyJ", "AGy", "Acme renewal") if secret in shown]


def test_grants_are_known_or_unknown() -> None:
    assert event(CLICK).may(EXECUTE)
    assert not event(CLICK).may(METADATA)
    assert event({}).may(METADATA), "unknown grants must not lead to asking for ever"


def test_an_unknown_time_zone_is_no_zone() -> None:
    for name in ("Mars/Olympus", "../../etc/passwd", "", "\x00"):
        assert event({"commonEventObject": {"timeZone": {"id": name}}}).zone is None


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("msg-f:1654283764539336439", GmailId("16f53251af1026f7")),
        ("thread-f:1888313095599270248", GmailId(format(1888313095599270248, "x"))),
        ("16F53251AF1026F7", GmailId("16f53251af1026f7")),
        ("msg-a:r-8230542", GmailId("msg-a:r-8230542", is_alias=True)),
        ("thread-a:r5", GmailId("thread-a:r5", is_alias=True)),
    ],
)
def test_ids_are_those_of_the_api_or_aliases(raw: str, found: GmailId) -> None:
    assert gmail_id(raw) == found


@pytest.mark.parametrize(
    "raw",
    [
        "msg-f:",
        "msg-f:abc",
        "msg-f:-1",
        "msg-f:99999999999999999999",
        "x",
        "msg-a:../x",
        "12345678901234567",
        "msg-f:１",
    ],
)
def test_what_is_no_id_is_refused(raw: str) -> None:
    with pytest.raises(InvalidEvent):
        gmail_id(raw)


def test_form_values_are_read_by_kind() -> None:
    form = event(CLICK).form
    assert form.text("title") == "Acme renewal"
    assert form.choice("stage") == "s1"
    assert form.choices("people") == ("p1", "p2")
    assert form.date("close") == date(2026, 12, 1)
    assert form.datetime("due", ZoneInfo("Europe/Berlin")) == datetime(2026, 12, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", [None, {}, {"stringInputs": {}}, *({"stringInputs": {"value": v}} for v in ([], [""]))]
)
def test_an_input_that_was_shown_and_left_empty_is_cleared(value: dict[str, Any] | None) -> None:
    form = form_of({} if value is None else {"title": value}, fields="title")
    assert form.shown("title")
    assert form.text("title") == ""
    assert form.choice("title") is None
    assert form.date("title") is None


def test_an_input_that_was_not_shown_is_absent() -> None:
    form = form_of({}, fields="title")
    assert not form.shown("stage")
    assert form.text("stage") is None
    assert form.choices("stage") is None
    assert form_of({}, fields="tags").choices("tags") == ()


def test_the_extra_level_of_older_runtimes_is_read() -> None:
    assert form_of({"title": {"": {"stringInputs": {"value": ["x"]}}}}).text("title") == "x"


def test_two_values_where_one_belongs_are_refused() -> None:
    with pytest.raises(InvalidEvent) as refused:
        form_of({"title": {"stringInputs": {"value": ["x", "y"]}}}).text("title")
    assert refused.value.field == "title"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", None),
        (b"{", None),
        (b"[]", None),
        (b"\xff", None),
        (b'{"commonEventObject": 1}', "commonEventObject"),
        (b'{"commonEventObject": {"parameters": {"a": 1}}}', "commonEventObject.parameters.a"),
        (b'{"gmail": {"messageId": 5}}', "gmail.messageId"),
        (b'{"gmail": {"messageId": "x y"}}', "gmail"),
        (
            b'{"commonEventObject": {"formInputs": {"d": {"dateInput": {"msSinceEpoch": "soon"}}}}}',
            "commonEventObject.formInputs.d.dateInput.msSinceEpoch",
        ),
        (
            b'{"commonEventObject": {"formInputs": {"d": {"dateInput": {"msSinceEpoch": 9e17}}}}}',
            "commonEventObject.formInputs.d.dateInput.msSinceEpoch",
        ),
        (b'{"authorizationEventObject": {"userIdToken": {"secret": 1}}}', "authorizationEventObject.userIdToken"),
    ],
)
def test_a_malformed_event_is_refused_by_field(body: bytes, field: str | None) -> None:
    with pytest.raises(InvalidEvent) as refused:
        parse_event(body)
    assert (refused.value.status, refused.value.field) == (400, field)
    assert "secret" not in str(refused.value)


def test_an_oversized_event_is_refused_unread() -> None:
    with pytest.raises(EventTooLarge) as refused:
        parse_event(b" " * (MAX_EVENT_BYTES + 1))
    assert refused.value.status == 413


_KEYS = (
    "commonEventObject gmail formInputs parameters timeZone id messageId stringInputs value dateInput msSinceEpoch"
).split()
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.sampled_from(["", *_KEYS]), part, max_size=4),
    max_leaves=12,
)


@given(_JSON)
def test_any_json_is_an_event_or_refused(body: Any) -> None:
    try:
        found = event(body)
    except InvalidEvent:
        return
    for name in found.form.inputs:
        found.form.choices(name)
        found.form.date(name)
        found.form.datetime(name, ZoneInfo("Pacific/Kiritimati"))
