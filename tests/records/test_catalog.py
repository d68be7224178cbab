"""What each process keeps of a workspace is what the workspace is, whoever changed it and wherever."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from app.core.database import make_engine, transaction
from app.core.hot import reading
from app.records.catalog import Catalog, catalog_of, session_catalog
from app.records.fieldwork import NewField, create_field
from app.records.folders import change_folder, create_folder
from app.records.schema import folder_of_kind, schema_of
from app.workspaces.access import viewer_by_id
from models import Folder, Member, Stage, Workspace
from tests.cast import Cast, gather
from tests.conftest import Database


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def version_of(engine: Engine, workspace_id: str) -> int:
    with transaction(engine, read_only=True) as session:
        return session.get_one(Workspace, workspace_id).catalog_version


def seen(engine: Engine, cast: Cast) -> Catalog:
    """What a request finds."""
    with transaction(engine, read_only=True) as session:
        return session_catalog(session, workspace_id=cast.workspace_id)


def names_in(catalog: Catalog) -> set[str]:
    return {folder.name for folder in catalog.folders.values()}


def contacts_of(session: Session, cast: Cast) -> Folder:
    return folder_of_kind(session, workspace_id=cast.workspace_id, kind="contact")


def test_a_change_of_one_process_is_seen_by_the_next_request_of_another(database: Database, cast: Cast):
    other = make_engine(database.url)
    contacts = seen(other, cast).folder_of("contact")
    assert contacts
    with transaction(database.engine) as session:
        change_folder(session, viewer=cast.alice, folder_id=contacts.id, changes={"name": "People"})
    assert seen(other, cast).folders[contacts.id].name == "People"
    other.dispose()


def test_requests_share_what_nobody_has_changed(database: Database, cast: Cast):
    first = seen(database.engine, cast)
    assert seen(database.engine, cast) is first
    with reading(database.engine) as reader:
        version = version_of(database.engine, cast.workspace_id)
        assert catalog_of(reader, workspace_id=cast.workspace_id, version=version) is first


def test_a_transaction_sees_what_it_has_changed_and_nobody_else_does_before_it_ends(database: Database, cast: Cast):
    before = seen(database.engine, cast)
    with transaction(database.engine) as session:
        folder = contacts_of(session, cast)
        create_field(session, viewer=cast.alice, folder_id=folder.id, plan=NewField("Shoe size", "text"))
        assert schema_of(session, folder=folder, viewer=cast.alice).has("shoe_size")
        assert schema_of(session, folder=folder).has("shoe_size")
        create_field(session, viewer=cast.alice, folder_id=folder.id, plan=NewField("Hat size", "text"))
        assert schema_of(session, folder=folder).has("hat_size")
        with Session(database.engine.execution_options(read_only=True)) as other:
            assert session_catalog(other, workspace_id=cast.workspace_id) is before
    keys = {field.key for field in seen(database.engine, cast).fields[folder.id]}
    assert {"shoe_size", "hat_size"} <= keys


def test_what_is_rolled_back_is_never_seen(database: Database, cast: Cast):
    before = version_of(database.engine, cast.workspace_id)
    with transaction(database.engine) as session:
        create_folder(session, viewer=cast.alice, name="Projects")
        assert "Projects" in names_in(session_catalog(session, workspace_id=cast.workspace_id))
        session.rollback()
    assert version_of(database.engine, cast.workspace_id) == before
    assert "Projects" not in names_in(seen(database.engine, cast))
    with transaction(database.engine) as session:
        create_folder(session, viewer=cast.alice, name="Plans")
    after = names_in(seen(database.engine, cast))
    assert "Plans" in after
    assert "Projects" not in after


def test_a_savepoint_that_is_rolled_back_takes_no_later_change_with_it(database: Database, cast: Cast):
    before = seen(database.engine, cast)
    with transaction(database.engine) as session:
        savepoint = session.begin_nested()
        create_folder(session, viewer=cast.alice, name="Projects")
        assert "Projects" in names_in(session_catalog(session, workspace_id=cast.workspace_id))
        savepoint.rollback()
        assert "Projects" not in names_in(session_catalog(session, workspace_id=cast.workspace_id))
        create_folder(session, viewer=cast.alice, name="Plans")
    after = seen(database.engine, cast)
    assert after is not before
    assert "Plans" in names_in(after)


def test_a_workspace_knows_nothing_of_another(database: Database, cast: Cast):
    theirs = version_of(database.engine, cast.mallory.workspace_id)
    with transaction(database.engine) as session:
        folder = create_folder(session, viewer=cast.alice, name="Projects")
        other = session_catalog(session, workspace_id=cast.mallory.workspace_id)
        assert folder.id not in other.folders
        assert not other.folders.keys() & session_catalog(session, workspace_id=cast.workspace_id).folders.keys()
    assert version_of(database.engine, cast.mallory.workspace_id) == theirs


def test_members_and_stages_are_called_what_they_are_called_now(database: Database, cast: Cast):
    seen(database.engine, cast)
    with transaction(database.engine) as session:
        stage = session.scalars(select(Stage).where(col(Stage.workspace_id) == cast.workspace_id)).first()
        assert stage
        stage_id, stage.name = stage.id, "Handshake"
        session.get_one(Member, cast.bob.member_id).name = "Bob Beck"
    found = seen(database.engine, cast)
    assert found.stages[stage_id].name == "Handshake"
    assert found.members[cast.bob.member_id].name == "Bob Beck"


def test_rights_that_change_leave_the_catalog_alone(database: Database, cast: Cast):
    before = version_of(database.engine, cast.workspace_id)
    with transaction(database.engine) as session:
        session.get_one(Member, cast.bob.member_id).access = ""
    assert version_of(database.engine, cast.workspace_id) == before


def test_who_calls_brings_the_version_of_their_own_transaction(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        create_folder(session, viewer=cast.alice, name="Projects")
        inside = viewer_by_id(session, cast.bob.member_id).catalog_version
    with transaction(database.engine) as session:
        assert viewer_by_id(session, cast.bob.member_id).catalog_version == inside
    assert inside > cast.bob.catalog_version


def test_a_viewer_of_an_earlier_transaction_sees_the_present_fields(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        folder = contacts_of(session, cast)
        create_field(session, viewer=cast.alice, folder_id=folder.id, plan=NewField("Shoe size", "text"))
    with transaction(database.engine) as session:
        assert schema_of(session, folder=contacts_of(session, cast), viewer=cast.bob).has("shoe_size")
