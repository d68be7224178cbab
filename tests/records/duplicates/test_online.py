"""Is this record there already? Asked while somebody types."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlmodel import Session

from app.core.clock import utcnow
from app.core.database import transaction
from app.records.duplicates import Likely, likely_duplicates
from app.records.schema import folder_of_kind
from app.records.service import create_record, update_record
from app.workspaces.access import Viewer
from models import Record
from tests.cast import Cast, gather
from tests.conftest import Database


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def _make(session: Session, viewer: Viewer, kind: str, **values: object) -> Record:
    return create_record(session, viewer=viewer, workspace_id=viewer.workspace_id, kind=kind, values=values)


def _likely(session: Session, viewer: Viewer, kind: str, **values: object) -> list[Likely]:
    folder = folder_of_kind(session, workspace_id=viewer.workspace_id, kind=kind)
    return likely_duplicates(session, viewer=viewer, folder=folder, values=values)


@pytest.mark.parametrize(
    ("there", "typed"),
    [
        ({"name": "Robert Smith"}, {"name": "Smith, Robert"}),
        ({"name": "Robert Smith"}, {"name": "Bob Smyth"}),
        ({"name": "Robert Smith"}, {"name": "Robert Smiht"}),
        ({"name": "Мария Иванова"}, {"name": "Maria Ivanova"}),
        ({"name": "Jörg Müller"}, {"name": "Joerg Mueller"}),
        ({"name": "Anna Maria von Berg"}, {"name": "Dr. Anna Berg"}),
        ({"name": "김철수"}, {"name": "Gim Cheolsu"}),
        ({"name": "Anna Berg", "email": "anna.berg@gmail.com"}, {"name": "A.", "email": "AnnaBerg+x@googlemail.com"}),
        ({"name": "Anna Berg", "phone": "+49 30 1234567"}, {"name": "A. Berg", "phone": "+49301234567"}),
    ],
)
def test_a_person_spelled_in_another_way_is_found(
    database: Database, cast: Cast, there: dict[str, str], typed: dict[str, str]
):
    with transaction(database.engine) as session:
        known = _make(session, cast.bob, "contact", **there)
        _make(session, cast.bob, "contact", name="Konrad Zuse", email="konrad@zuse.example")
        found = _likely(session, cast.bob, "lead", **typed)
        assert [one.record_id for one in found] == [known.id]


@pytest.mark.parametrize(
    ("there", "typed"),
    [
        ({"name": "GTX Pro GmbH & Co. KG"}, {"name": "GTXPro"}),
        ({"name": "Acme Tools, S.A."}, {"name": "ACME Tools Ltd."}),
        ({"name": "株式会社トヨタ"}, {"name": "トヨタ"}),
        ({"name": "ТОВ Київстар"}, {"name": "Kiivstar"}),
        ({"name": "Technology Partners"}, {"name": "Technolgy Partners"}),
        ({"name": "Quarry", "domain": "quarry.example"}, {"name": "Quarry Stones", "domain": "www.quarry.example"}),
    ],
)
def test_a_company_under_another_name_is_found(
    database: Database, cast: Cast, there: dict[str, str], typed: dict[str, str]
):
    with transaction(database.engine) as session:
        known = _make(session, cast.bob, "company", **there)
        _make(session, cast.bob, "company", name="Zuse Apparatebau", domain="zuse.example")
        found = _likely(session, cast.bob, "company", **typed)
        assert [one.record_id for one in found] == [known.id]


def test_reasons_say_what_speaks_for_and_against(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        _make(session, cast.bob, "contact", name="Anna Berg", email="anna@berg.example", phone="+49301234567")
        (found,) = _likely(session, cast.bob, "contact", name="Anna Burg", email="anna@burg.example")
    said = {reason.says: reason.weight for reason in found.reasons}
    assert said["same first name"] > 0
    assert said["last name sounds the same"] > 0
    assert not any("phone" in one for one in said), "no phone was typed"
    assert [abs(reason.weight) for reason in found.reasons] == sorted(map(abs, said.values()), reverse=True)
    assert found.name == "Anna Berg"
    assert 0.5 < found.score < 1


def test_colleagues_are_no_duplicates(database: Database, cast: Cast):
    shared = {"phone": "+49301234567", "address": {"street": "Hauptstr. 1", "city": "Berlin", "postal_code": "10115"}}
    with transaction(database.engine) as session:
        _make(session, cast.bob, "contact", name="Anna Berg", email="anna@acme.example", **shared)
        assert _likely(session, cast.bob, "contact", name="Paul Zimmer", email="paul@acme.example", **shared) == []


def test_the_record_itself_is_left_out_and_so_is_what_is_archived_or_deleted(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        folder = folder_of_kind(session, workspace_id=cast.workspace_id, kind="contact")
        values = {"name": "Anna Berg", "email": "anna@berg.example"}
        anna = _make(session, cast.bob, "contact", **values)
        query: Callable[..., list[Likely]] = likely_duplicates
        assert query(session, viewer=cast.bob, folder=folder, values=values)
        assert not query(session, viewer=cast.bob, folder=folder, values=values, exclude=anna.id)
        anna.archived_at = utcnow()
        session.flush()
        assert not query(session, viewer=cast.bob, folder=folder, values=values)


def test_a_renamed_record_is_found_by_its_new_name_alone(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        anna = _make(session, cast.bob, "contact", name="Anna Berg")
        update_record(session, viewer=cast.bob, record_id=anna.id, values={"name": "Anna Zimmer"})
        assert _likely(session, cast.bob, "contact", name="Anna Burg") == []
        assert [one.record_id for one in _likely(session, cast.bob, "contact", name="Anne Zimmer")] == [anna.id]


def test_nobody_learns_of_what_they_may_not_see(database: Database, cast: Cast):
    values = {"name": "Anna Berg", "email": "anna@berg.example"}
    with transaction(database.engine) as session:
        _make(session, cast.bob, "contact", **values)
        assert _likely(session, cast.bob, "contact", **values)
        assert _likely(session, cast.carol, "contact", **values) == []
        assert _likely(session, cast.mallory, "contact", **values) == []


def test_a_hidden_field_gives_nothing_away(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        folder = folder_of_kind(session, workspace_id=cast.workspace_id, kind="contact")
        _make(session, cast.bob, "contact", name="Anna Berg", email="anna@berg.example")
        blind = replace(cast.bob, access=replace(cast.bob.access, hidden={folder.id: ["email"]}))
        assert _likely(session, cast.bob, "contact", name="X", email="anna@berg.example")
        assert _likely(session, blind, "contact", name="X", email="anna@berg.example") == []
        assert _likely(session, blind, "lead", name="X", email="anna@berg.example") == []


@pytest.mark.parametrize(
    "name", ["O'Neil '; DROP TABLE rec; --", 'Ann"a {Berg}', "Anna \\u0000 Berg", "$1 $2", "𝓐𝓷𝓷𝓪 Berg"]
)
def test_strange_names_are_found_again(database: Database, cast: Cast, name: str):
    with transaction(database.engine) as session:
        known = _make(session, cast.bob, "contact", name=name, title='It\'s "new"')
        (found,) = _likely(session, cast.bob, "contact", name=name, title='It\'s "new"')
        assert found.record_id == known.id
