"""Possible duplicates on cards: seen, compared, merged, refused, split again; and the warning before a new record."""

import pytest
from sqlalchemy import event as engine_events
from sqlmodel import Session, col, select

from app.core.database import transaction
from app.core.jobs import JobContext
from app.records.duplicates.keeping_up import look_again
from app.records.folders import change_folder
from app.records.schema import folder_of_kind
from app.records.service import create_record, get_record, update_record
from app.workspaces.access import Viewer
from models import DuplicatePair, Merge, Record
from tests.addon.conftest import Desk
from tests.addon.record_cards import NOBODY, call, on_card, write
from tests.addon.sidebar import texts
from tests.addon.test_hostile_mail import HOSTILE
from tests.cast import shared_with

ADDRESS = "dana@quarry.example"


def twins(desk: Desk, *, viewer: Viewer | None = None, name: str = "Dana Diaz") -> tuple[str, str]:
    """Two contacts of Alice, or of this rep, who may be one; the inbox knows."""
    owner = viewer or desk.cast.alice
    with transaction(desk.context.engine) as session:
        first = contact(session, owner, name=name, title="CTO", email=ADDRESS)
        second = contact(session, owner, name=name, title="CEO", email=f"x@y.example, {ADDRESS}")
    look_again(JobContext(desk.context.settings, desk.context.engine))
    return first, second


def contact(session: Session, viewer: Viewer, **values: object) -> str:
    return create_record(
        session, workspace_id=viewer.workspace_id, kind="contact", values=values, viewer=viewer, via="mail"
    ).id


def test_a_pair_is_compared_merged_and_split(desk: Desk) -> None:
    first, second = twins(desk)
    alice = on_card(desk, desk.cast.alice, first)
    assert "Possible duplicates" in texts(alice.card)
    assert "Alike in: " in " ".join(texts(alice.card))
    alice.press("Dana Diaz")
    said = texts(alice.card)
    assert {"Stays", "Becomes part of it", "Whose value counts?"} <= set(said)
    stays = (
        first
        if alice.action("Merge")["parameters"] and _parameter(alice.action("Merge"), "record") == first
        else second
    )
    alice.press("Merge", **{"take.title": second, "take.email": "all"})
    assert alice.notice == "Dana Diaz is one record now"
    with transaction(desk.context.engine) as session:
        one = get_record(session, viewer=desk.cast.alice, record_id=first)
        assert one.id == get_record(session, viewer=desk.cast.alice, record_id=second).id == stays
        assert one.data["title"] == "CEO"
        assert set(one.data["email"]) == {ADDRESS, "x@y.example"}
        update_record(session, viewer=desk.cast.alice, record_id=one.id, values={"phone": "+49 228 1234567"})
    alice.press("Undo")
    assert alice.notice == "They are two records again"
    with transaction(desk.context.engine) as session:
        assert {get_record(session, viewer=desk.cast.alice, record_id=id).id for id in (first, second)} == {
            first,
            second,
        }
    assert "Dana Diaz" in texts(alice.card), "the pair stands there again"


def test_a_double_click_merges_once_and_an_old_card_leads_to_the_one_that_stays(desk: Desk) -> None:
    first, second = twins(desk)
    alice = on_card(desk, desk.cast.alice, first)
    alice.press("Dana Diaz")
    merge = alice.action("Merge")
    alice.click(merge)
    again = alice.answer(merge)
    assert again["renderActions"]["action"]["notification"]["text"] == "Dana Diaz is one record now"
    with transaction(desk.context.engine) as session:
        assert len(session.scalars(select(Merge)).all()) == 1
    for id in (first, second):
        alice.click(call("open_record", id=id))
        assert alice.card["header"]["title"] == "Dana Diaz"


def test_two_who_are_not_the_same_never_meet_again(desk: Desk) -> None:
    first, _ = twins(desk)
    alice = on_card(desk, desk.cast.alice, first)
    alice.press("Dana Diaz")
    alice.press("Not a duplicate")
    assert alice.notice == "They stay two records"
    assert "Nothing else looks like this one." in texts(alice.card)
    with transaction(desk.context.engine) as session:
        update_record(session, viewer=desk.cast.alice, record_id=first, values={"name": "Dana M. Diaz"})
    look_again(JobContext(desk.context.settings, desk.context.engine))
    assert "Alike in" not in str(on_card(desk, desk.cast.alice, first).card)


def test_who_may_not_merge_has_no_button_for_it(desk: Desk) -> None:
    first, second = twins(desk, viewer=desk.cast.bob)
    bob = on_card(desk, desk.cast.bob, first)
    bob.press("Dana Diaz")
    assert "Merge" not in texts(bob.card)
    assert "Not a duplicate" in texts(bob.card)
    bob.click(write("merge_pair", record=first, other=second))
    assert "delete" in str(bob.notice or texts(bob.card))
    shared_with(desk.context.engine, desk.cast, first, desk.cast.carol)
    shared_with(desk.context.engine, desk.cast, second, desk.cast.carol)
    carol = on_card(desk, desk.cast.carol, first)
    carol.press("Dana Diaz")
    assert "Not a duplicate" not in texts(carol.card)
    with transaction(desk.context.engine) as session:
        assert session.scalars(select(Merge)).all() == []


@pytest.mark.parametrize("who", ["carol", "mallory"])
def test_out_of_sight_there_is_nothing(desk: Desk, who: str) -> None:
    first, second = twins(desk, viewer=desk.cast.bob)
    stranger = desk.sit(getattr(desk.cast, who))
    stranger.home()
    for action in ("compare", "duplicates"):
        stranger.click(call(action, record=first, other=second))
        assert "Dana" not in str(stranger.body)
    for action in ("merge_pair", "refuse_pair", "undo_merge"):
        stranger.click(write(action, record=first, other=second, merge=NOBODY))
        assert "Dana" not in str(stranger.body)
    with transaction(desk.context.engine) as session:
        [pair] = session.scalars(select(DuplicatePair)).all()
        assert pair.state == "open"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_whatever_stands_in_two_records_their_cards_are_valid(desk: Desk, hostile: str) -> None:
    with transaction(desk.context.engine) as session:
        first = contact(session, desk.cast.alice, name=hostile, title=hostile, tags=[hostile[:50]], email=ADDRESS)
        second = contact(session, desk.cast.alice, name=hostile[::-1], title="x", email=ADDRESS)
    look_again(JobContext(desk.context.settings, desk.context.engine))
    alice = on_card(desk, desk.cast.alice, first)
    alice.click(call("compare", record=first, other=second))
    alice.press("Merge")
    with transaction(desk.context.engine) as session:
        assert len(session.scalars(select(Merge)).all()) == 1


def test_the_cards_take_no_more_than_eight_statements(desk: Desk) -> None:
    first, second = twins(desk)
    alice = on_card(desk, desk.cast.alice, first)
    for action in (
        call("open_record", id=first),
        call("duplicates", record=first),
        call("compare", record=first, other=second),
    ):
        alice.answer(action)
        said: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object, said: list[str] = said) -> None:
            said.append(statement)

        engine_events.listen(desk.context.engine, "before_cursor_execute", note)
        alice.answer(action)
        engine_events.remove(desk.context.engine, "before_cursor_execute", note)
        assert len([one for one in said if not one.startswith("SELECT set_config")]) <= 8, said


def test_a_new_record_that_may_be_there_already_is_asked_about_first(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        contact(session, desk.cast.bob, name="Dana Diaz", email=ADDRESS)
    bob = desk.sit(desk.cast.bob)
    bob.home()
    bob.click(call("new_record", kind="contact"))
    bob.press("Create", **{"f.name": "Dana Dias", "f.email": "Dana+crm@quarry.example"})
    assert {"Is this already in Sidenote?", "Dana Diaz"} <= set(texts(bob.card))
    bob.press("Create anyway")
    assert bob.notice == "Dana Dias is now in Sidenote"


@pytest.mark.parametrize("mode", ["off", "block"])
def test_the_folder_says_what_a_likely_duplicate_meets_on_a_card(desk: Desk, mode: str) -> None:
    with transaction(desk.context.engine) as session:
        contact(session, desk.cast.bob, name="Dana Diaz", email=ADDRESS)
        folder = folder_of_kind(session, workspace_id=desk.cast.workspace_id, kind="contact")
        change_folder(session, viewer=desk.cast.alice, folder_id=folder.id, changes={"duplicates": {"card": mode}})
    bob = desk.sit(desk.cast.bob)
    bob.home()
    bob.click(call("new_record", kind="contact"))
    bob.press("Create", **{"f.name": "Dana Diaz", "f.email": ADDRESS})
    if mode == "block":
        assert "Dana Diaz" in texts(bob.card)
        bob.press("Create anyway")
        assert "Create anyway" not in texts(bob.card)
    with transaction(desk.context.engine) as session:
        made = session.scalars(select(Record).where(col(Record.kind) == "contact")).all()
        assert len(made) == (1 if mode == "block" else 2)


def _parameter(action: dict[str, object], name: str) -> str:
    given: list[dict[str, str]] = action["parameters"]  # type: ignore[assignment]
    return next(each["value"] for each in given if each["key"] == name)
