"""Whose turn it is to write, and who has gone quiet."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.hot import reading
from models import Message
from sync.attribution.turn import Rhythm, Turn, rhythm, turn
from tests.cast import granted
from tests.sync.letters import FIRST_DAY, letter, sent
from tests.sync.office import Office

START = datetime.fromtimestamp(FIRST_DAY / 1000, UTC)


def test_the_customer_wrote_last(office: Office) -> None:
    office.receive(office.cast.alice, sent(thread="t", day=0), letter(thread="t", day=2))

    assert _turn(office) == Turn("ours", START + timedelta(days=2), "Dana Diaz")


def test_we_wrote_last(office: Office) -> None:
    office.receive(office.cast.alice, letter(thread="t", day=0), sent(thread="t", day=1))

    assert _turn(office) == Turn("theirs", START + timedelta(days=1), "alice@fairfield.example")


def test_machines_and_colleagues_take_no_turn(office: Office) -> None:
    absent = letter(thread="t", day=2, subject="Out of office", auto_submitted="auto-replied")
    among_us = letter(thread="t", day=3, sender="bob@fairfield.example", subject="FYI")
    office.receive(office.cast.alice, sent(thread="t", day=0), absent, forced=[among_us])

    assert _turn(office).whose == "theirs"


def test_nobodys_turn_among_colleagues(office: Office) -> None:
    office.receive(office.cast.alice, forced=[letter(thread="t", sender="bob@fairfield.example")])

    assert _turn(office) == Turn("nobody")


@pytest.mark.parametrize(("silent", "quiet"), [(5, False), (7, False), (9, True)])
def test_quiet_is_three_times_the_usual_gap_and_more_than_a_week(office: Office, silent: int, quiet: bool) -> None:
    dana = office.create("contact", name="Dana", email="dana@customer.example")
    office.receive(office.cast.alice, letter(day=0), sent(day=2), letter(day=4), sent(day=6))

    assert _rhythm(office, dana, day=6 + silent) == Rhythm(2.0, silent, quiet)


def test_slow_correspondents_are_not_quiet_soon(office: Office) -> None:
    dana = office.create("contact", name="Dana", email="dana@customer.example")
    office.receive(office.cast.alice, letter(day=0), sent(day=20), letter(day=40), sent(day=60))

    assert not _rhythm(office, dana, day=110).is_quiet  # type: ignore[union-attr]
    assert _rhythm(office, dana, day=121).is_quiet  # type: ignore[union-attr]


def test_three_mails_are_no_rhythm(office: Office) -> None:
    dana = office.create("contact", name="Dana", email="dana@customer.example")
    office.receive(office.cast.alice, letter(day=0), sent(day=2), letter(day=4))

    assert _rhythm(office, dana, day=90) is None


def test_a_record_out_of_sight_has_no_rhythm(office: Office) -> None:
    dana = office.create("contact", name="Dana", email="dana@customer.example")
    office.receive(office.cast.alice, *(letter(day=2 * day) for day in range(5)))
    with reading(office.engine) as reader:
        assert rhythm(reader, viewer=granted(office.cast.bob, read="none"), record_id=dana) is None


def _turn(office: Office) -> Turn:
    thread_id = office.all(Message)[0].thread_id
    with reading(office.engine) as reader:
        return turn(reader, workspace_id=office.cast.workspace_id, thread_id=thread_id)


def _rhythm(office: Office, record_id: str, *, day: int) -> Rhythm | None:
    with reading(office.engine) as reader:
        return rhythm(reader, viewer=office.cast.alice, record_id=record_id, now=START + timedelta(days=day))
