"""The search of whole folders, and of the records that changed."""

import random

import pytest
from sqlmodel import Session, col, select

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import InvalidInput
from app.records.bulk import draft_records, insert_records
from app.records.duplicates import Pair, clusters_of, find_all, folders_together, pairs_of
from app.records.schema import folder_of_kind
from app.records.service import create_record, update_record
from models import DuplicateModel, Record
from tests.cast import Cast, gather
from tests.conftest import Database

GIVEN = "Anna Boris Clara David Elena Frank Greta Hugo Irene Jonas Karin Leo Marta Nadia Oskar Paula".split()
FAMILY = "Adler Becker Claasen Dietrich Ebert Fuchs Graf Hahn Iversen Jansen Krause Lang Meier Nowak Otto Pohl".split()


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def _fill(database: Database, cast: Cast, kind: str = "contact", count: int = 200) -> list[str]:
    """People who all differ, each with an address and a phone number; ids in order."""
    chosen = random.Random(3)
    names = [f"{given} {family}" for given in GIVEN for family in FAMILY]
    chosen.shuffle(names)
    many = [
        {
            "name": name,
            "email": f"{name.lower().replace(' ', '.')}{number}@example.com",
            "phone": f"+4930{chosen.randrange(10**7):07d}",
        }
        for number, name in enumerate(names[:count])
    ]
    with transaction(database.engine) as session:
        drafts = draft_records(session, workspace_id=cast.workspace_id, kind=kind, many=many)
        made = [draft for draft in drafts if draft]
        insert_records(session, made)
        return [draft["id"] for draft in made]


def _copy(session: Session, cast: Cast, record_id: str, kind: str = "contact", **other: object) -> str:
    """A second record of the same person, with some values written in another way."""
    record = session.get_one(Record, record_id)
    values = {"name": record.name, **record.data, **other}
    owned = {"viewer": cast.bob, "workspace_id": cast.workspace_id}
    return create_record(session, **owned, kind=kind, values={key: one for key, one in values.items() if one}).id


def _all(database: Database, cast: Cast, *kinds: str) -> list[Pair]:
    with transaction(database.engine) as session:
        folders = [folder_of_kind(session, workspace_id=cast.workspace_id, kind=kind).id for kind in kinds]
    return list(find_all(database.engine, workspace_id=cast.workspace_id, folder_ids=folders))


def _ids(pairs: list[Pair]) -> set[tuple[str, str]]:
    return {(pair.first_id, pair.second_id) for pair in pairs}


def test_every_copy_is_found_and_nothing_else(database: Database, cast: Cast):
    ids = _fill(database, cast)
    with transaction(database.engine) as session:
        turned = " ".join(reversed(session.get_one(Record, ids[1]).name.split()))
        expected = {
            tuple(sorted((ids[0], _copy(session, cast, ids[0], email="")))),
            tuple(sorted((ids[1], _copy(session, cast, ids[1], name=turned, phone="")))),
            tuple(sorted((ids[2], _copy(session, cast, ids[2], kind="lead", email="new@elsewhere.example")))),
        }
    pairs = _all(database, cast, "contact", "lead")
    assert _ids(pairs) == expected
    assert all(pair.first_id < pair.second_id and 0.8 <= pair.score <= 1 for pair in pairs)
    assert all(pair.reasons[0].weight > 0 for pair in pairs)


def test_archived_deleted_and_converted_records_and_other_workspaces_stay_out(database: Database, cast: Cast):
    ids = _fill(database, cast)
    with transaction(database.engine) as session:
        twins = [_copy(session, cast, record_id) for record_id in ids[:2]]
        lead = _copy(session, cast, ids[2], kind="lead")
        stranger = {"viewer": cast.mallory, "workspace_id": cast.mallory.workspace_id, "kind": "contact"}
        create_record(session, **stranger, values={"name": session.get_one(Record, ids[3]).name})
        session.get_one(Record, twins[0]).archived_at = utcnow()
        session.get_one(Record, twins[1]).deleted_at = utcnow()
        session.get_one(Record, lead).status = "Converted"
    assert _all(database, cast, "contact", "lead") == []


def test_changed_records_have_the_pairs_of_a_full_search(database: Database, cast: Cast):
    ids = _fill(database, cast)
    with transaction(database.engine) as session:
        for number in range(5):
            _copy(session, cast, ids[number], name=f"{session.get_one(Record, ids[number]).name}s")
    before = _all(database, cast, "contact", "lead")
    with transaction(database.engine) as session:
        fresh = [_copy(session, cast, ids[number], phone="") for number in (3, 7, 9)]
        update_record(session, viewer=cast.alice, record_id=ids[20], values={"email": ["someone@new.example"]})
        changed = [*fresh, ids[20]]
        incremental = pairs_of(session, workspace_id=cast.workspace_id, record_ids=changed)
    full = _all(database, cast, "contact", "lead")
    assert _ids(before) | _ids(incremental) == _ids(full)
    assert _ids(incremental) == {pair for pair in _ids(full) if set(pair) & set(changed)}
    assert len(incremental) >= 3


def test_what_was_learned_is_kept(database: Database, cast: Cast):
    _fill(database, cast)
    _all(database, cast, "contact", "lead")
    with transaction(database.engine) as session:
        kept = session.scalars(select(DuplicateModel).where(col(DuplicateModel.family) == "people")).one()
        assert kept.learned["records"] == 200
        assert kept.learned["rules"]


def test_an_empty_folder_has_no_pairs(database: Database, cast: Cast):
    assert _all(database, cast, "company") == []
    with transaction(database.engine) as session:
        assert pairs_of(session, workspace_id=cast.workspace_id, record_ids=[]) == []


def test_people_are_not_compared_with_companies(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        together = folders_together(session, workspace_id=cast.workspace_id)
        contacts = folder_of_kind(session, workspace_id=cast.workspace_id, kind="contact").id
        leads = folder_of_kind(session, workspace_id=cast.workspace_id, kind="lead").id
    assert sorted([contacts, leads]) in [sorted(group) for group in together]
    with pytest.raises(InvalidInput, match="companies with companies"):
        _all(database, cast, "contact", "company")


def _pair(first: str, second: str, score: float = 0.9) -> Pair:
    return Pair(first, second, score, ())


def test_pairs_make_groups():
    pairs = [_pair("a", "b"), _pair("b", "c"), _pair("a", "c"), _pair("x", "y")]
    assert clusters_of(pairs) == [["a", "b", "c"], ["x", "y"]]


def test_a_chain_is_no_group():
    pairs = [_pair("a", "b", 0.99), _pair("b", "c", 0.9), _pair("c", "d", 0.99)]
    assert clusters_of(pairs) == [["a", "b"], ["c", "d"]]
