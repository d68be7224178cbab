import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.core.database import transaction
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.records.identity import find_by_key, possible_duplicates
from app.records.links import link_records
from app.records.service import create_record, get_record, update_record
from app.workspaces.access import Viewer
from models import Event, FieldChange, Record, RecordKey
from tests.cast import Cast, gather, granted
from tests.conftest import Database
from tests.records.linked import linked_records


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def create(session: Session, viewer: Viewer, kind: str = "contact", **values: object) -> Record:
    named = {"name": "Dana Diaz", **values}
    return create_record(session, workspace_id=viewer.workspace_id, kind=kind, values=named, viewer=viewer)


def keys(session: Session, record: Record) -> set[tuple[str, str]]:
    """Without those of the search for duplicates."""
    rows = session.scalars(select(RecordKey).where(col(RecordKey.record_id) == record.id))
    return {(key.kind, key.value) for key in rows if key.kind != "alike"}


def events(session: Session, record: Record) -> list[str]:
    return list(session.scalars(select(Event.type).where(Event.subject_id == record.id).order_by(Event.id)))


def test_a_new_record_belongs_to_who_made_it(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = create(session, cast.bob, email="Dana.D+x@Quarry.example", phone=["+49301"], lifecycle="Lead")
        assert (dana.owner_id, dana.territory_id, dana.version) == (cast.bob.member_id, cast.north, 1)
        assert dana.data == {"email": ["Dana.D+x@quarry.example"], "phone": ["+49301"]}
        assert dana.lifecycle == "Lead"
        email, phone, name = ("email", "dana.d@quarry.example"), ("phone", "+49301"), ("name", "dana diaz")
        assert keys(session, dana) == {email, phone, name}
        assert events(session, dana) == ["record.created"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"shoe_size": "43"}, "shoe_size"),
        ({"lifecycle": "Friend"}, "lifecycle"),
        ({"email": "nobody"}, "email"),
        ({"company": "0" * 26}, "company"),
        ({"owner": "0" * 26}, "owner"),
    ],
)
def test_what_does_not_fit_is_refused_by_field(database: Database, cast: Cast, values: dict[str, str], field: str):
    with transaction(database.engine) as session:
        with pytest.raises(InvalidInput) as refusal:
            create(session, cast.bob, **values)
        assert refusal.value.field == field


def test_references_stay_in_sight_and_of_their_kind(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        carols = create(session, cast.carol, "company", name="Southern Stone")
        mallorys = create(session, cast.mallory, "company", name="Elsewhere")
        person = create(session, cast.bob)
        for company_id in (carols.id, mallorys.id, person.id):
            with pytest.raises(InvalidInput, match="Company: choose one from the list"):
                create(session, cast.bob, company=company_id)
        with pytest.raises(InvalidInput, match="Owner: choose one"):
            create(session, cast.bob, owner=cast.mallory.member_id)
        assert create(session, cast.alice, company=carols.id).company_id == carols.id


def test_read_only_members_create_and_change_nothing(database: Database, cast: Cast):
    reader = granted(cast.bob, create="none", edit="none")
    with transaction(database.engine) as session:
        dana = create(session, cast.bob)
        with pytest.raises(Forbidden):
            create(session, reader)
        with pytest.raises(Forbidden):
            update_record(session, viewer=reader, record_id=dana.id, values={"title": "CEO"})


def test_a_change_leaves_history_a_version_and_an_event(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = create(session, cast.bob, title="CTO")
        update_record(
            session, viewer=cast.bob, record_id=dana.id, values={"title": "CEO", "name": "Dana Diaz"}, version=1
        )
        change = session.scalars(select(FieldChange)).one()
        assert (change.key, change.old, change.new, change.member_id) == ("title", "CTO", "CEO", cast.bob.member_id)
        assert dana.version == 2
        assert events(session, dana) == ["record.created", "record.updated"]


def test_an_outdated_change_is_refused(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = create(session, cast.bob)
        update_record(session, viewer=cast.bob, record_id=dana.id, values={"title": "CEO"}, version=1)
        with pytest.raises(Conflict, match="save again"):
            update_record(session, viewer=cast.alice, record_id=dana.id, values={"title": "CFO"}, version=1)
        assert dana.data["title"] == "CEO"


def test_saving_the_same_changes_nothing(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = create(session, cast.bob, title="CTO")
        update_record(session, viewer=cast.bob, record_id=dana.id, values={"title": " CTO "})
        assert dana.version == 1
        assert events(session, dana) == ["record.created"]


def test_keys_follow_the_values(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = create(session, cast.bob, email="dana@quarry.example")
        update_record(
            session, viewer=cast.bob, record_id=dana.id, values={"email": "d@quarry.example, d+1@quarry.example"}
        )
        assert keys(session, dana) == {("email", "d@quarry.example"), ("name", "dana diaz")}
        assert events(session, dana)[-1] == "record.keys_changed"
        update_record(session, viewer=cast.bob, record_id=dana.id, values={"name": "D. Diaz"})
        assert events(session, dana)[-1] == "record.updated", "mail is not found by name"


def test_a_company_is_never_known_by_a_free_mail_domain(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        one_woman_shop = create(session, cast.bob, "company", name="Dana's", domain="gmail.com")
        quarry = create(session, cast.bob, "company", name="Quarry", domain="https://www.Quarry.example/")
        assert keys(session, one_woman_shop) == {("name", "dana s")}
        assert ("domain", "quarry.example") in keys(session, quarry)


def test_the_longest_name_still_has_a_key(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        create(session, cast.bob, name="𝔘" * 300)


def test_the_stage_is_not_a_field_to_fill_in(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        deal = create(session, cast.bob, "deal", name="Crusher")
        with pytest.raises(InvalidInput, match="stage"):
            update_record(session, viewer=cast.bob, record_id=deal.id, values={"stage": "0" * 26})


def test_others_records_do_not_exist_or_cannot_be_changed(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = create(session, cast.bob)
        for stranger in (cast.carol, cast.mallory):
            with pytest.raises(NotFound):
                get_record(session, viewer=stranger, record_id=dana.id)
            with pytest.raises(NotFound):
                update_record(session, viewer=stranger, record_id=dana.id, values={"title": "CEO"})
        neighbour = granted(cast.carol, territories=[cast.north])
        assert get_record(session, viewer=neighbour, record_id=dana.id) is dana
        with pytest.raises(Forbidden, match="belongs to someone else"):
            update_record(session, viewer=neighbour, record_id=dana.id, values={"title": "CEO"})


def test_possible_duplicates_are_those_in_sight(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        same_address = create(session, cast.bob, name="D.", email="dana@quarry.example")
        same_name = create(session, cast.bob, name="Díaz, Dana")
        create(session, cast.carol, email="dana@quarry.example")
        create(session, cast.mallory, email="dana@quarry.example")
        found = possible_duplicates(session, viewer=cast.bob, name="Dana Diaz", email="Dana+1@Quarry.example")
        assert found == [same_address, same_name]
        assert possible_duplicates(session, viewer=cast.bob, name="", email="") == []


def test_records_are_found_by_key_in_their_workspace_alone(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        create(session, cast.bob, email="dana@quarry.example")
        assert find_by_key(session, viewer=cast.mallory, kind="email", value="dana@quarry.example") == []


def test_links_are_seen_from_both_sides_as_far_as_permission_goes(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        deal, dana = create(session, cast.bob, "deal", name="Crusher"), create(session, cast.bob)
        carols = create(session, cast.carol, name="Hidden")
        assert link_records(
            session, workspace_id=cast.workspace_id, from_id=deal.id, to_id=dana.id, label="participant"
        )
        assert not link_records(
            session, workspace_id=cast.workspace_id, from_id=deal.id, to_id=dana.id, label="participant"
        )
        link_records(session, workspace_id=cast.workspace_id, from_id=deal.id, to_id=carols.id, label="participant")
        assert linked_records(session, viewer=cast.bob, record_id=deal.id, label="participant") == [dana]
        assert linked_records(session, viewer=cast.bob, record_id=dana.id, label="participant") == [deal]
        assert linked_records(session, viewer=cast.alice, record_id=deal.id, label="participant") == [dana, carols]
