"""Erasing a person: afterwards nothing in the database tells of them."""

from itertools import islice

from sqlalchemy import select
from sqlmodel import col

from app.core.database import transaction
from app.core.security import Vault
from app.privacy.erasing import erase_stepwise, start_erasure
from app.timeline.search.rebuilding import rebuild
from models import Erasure, Event
from tests.api.office import KEY, Office
from tests.privacy.everywhere import ADDRESS, leftovers, tables_without, write_everywhere


def test_nothing_of_an_erased_person_is_left_in_any_table(office: Office) -> None:
    alice = office.cast.alice
    with transaction(office.engine) as session:
        write_everywhere(session, alice, office.cast.mailboxes[alice.member_id])
    list(rebuild(office.engine))
    with transaction(office.engine) as session:
        assert tables_without(session) == []
        before = leftovers(session.connection())
    tables = {line.partition(":")[0] for line in before}
    assert len(tables) > 40
    assert "search_text" in tables
    with transaction(office.engine) as session:
        erasure_id = start_erasure(session, viewer=alice, vault=Vault([KEY]), addresses=[ADDRESS]).id
    *_, last = erase_stepwise(office.engine, erasure_id)
    assert last[0] == last[1] > 0
    with transaction(office.engine) as session:
        assert leftovers(session.connection()) == []


def test_a_worker_that_dies_leaves_the_rest_to_its_successor(office: Office) -> None:
    alice = office.cast.alice
    with transaction(office.engine) as session:
        write_everywhere(session, alice, office.cast.mailboxes[alice.member_id])
        erasure_id = start_erasure(session, viewer=alice, vault=Vault([KEY]), addresses=[ADDRESS]).id
    for steps in (1, 2, 4, 7, 12):
        list(islice(erase_stepwise(office.engine, erasure_id), steps))
    list(erase_stepwise(office.engine, erasure_id))
    assert list(erase_stepwise(office.engine, erasure_id)) == []
    with transaction(office.engine) as session:
        assert leftovers(session.connection()) == []
        erasure = session.get_one(Erasure, erasure_id)
        assert (erasure.state, erasure.target) == ("done", {})
        told = session.scalars(select(Event).where(col(Event.type) == "person.erased")).all()
        assert [event.subject_id for event in told] == [erasure_id]
