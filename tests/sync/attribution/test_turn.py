"""When an answer is late, and who has gone quiet."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.hot import reading
from sync.attribution.turn import Rhythm, is_late, rhythm
from tests.cast import granted
from tests.sync.letters import FIRST_DAY, letter, sent
from tests.sync.office import Office

START = datetime.fromtimestamp(FIRST_DAY / 1000, UTC)


THURSDAY, FRIDAY, SATURDAY, SUNDAY, MONDAY, TUESDAY = (datetime(2027, 1, day, 9, tzinfo=UTC) for day in range(7, 13))


@pytest.mark.parametrize(
    ("since", "until"),
    [(THURSDAY, FRIDAY), (FRIDAY, MONDAY), (SATURDAY, TUESDAY), (SUNDAY, TUESDAY), (MONDAY, TUESDAY)],
)
def test_an_answer_is_late_after_a_working_day(since: datetime, until: datetime) -> None:
    assert not is_late(since, now=until, zone=UTC)
    assert is_late(since, now=until + timedelta(minutes=1), zone=UTC)


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


def _rhythm(office: Office, record_id: str, *, day: int) -> Rhythm | None:
    with reading(office.engine) as reader:
        return rhythm(reader, viewer=office.cast.alice, record_id=record_id, now=START + timedelta(days=day))
