"""Folders: made, named, ordered and put aside by whoever may configure."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.core.database import transaction
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.records.folders import MAX_FOLDERS, archive_folder, change_folder, create_folder, order_folders, restore_folder
from app.records.schema import folder_of_kind, folders_seen, schema_of
from app.records.service import create_in
from app.workspaces.access import Viewer, viewer_by_id
from app.workspaces.roles import change_role, roles
from models import Event, Pipeline
from tests.cast import Cast, gather
from tests.conftest import Database


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def configuring(viewer: Viewer) -> Viewer:
    return replace(viewer, access=replace(viewer.access, powers=["config"]))


def test_a_new_folder_is_there_for_everyone_whose_role_reaches_it(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        partners = create_folder(session, viewer=cast.alice, name="  Partners ", singular="Partner")
        assert [field.key for field in schema_of(session, folder=partners).fields] == ["name", "owner"]
        bob = viewer_by_id(session, cast.bob.member_id)
        assert partners in folders_seen(session, viewer=bob)
        record = create_in(session, folder=partners, values={"name": "Acme"}, viewer=bob)
        assert (record.kind, record.owner_id) == ("custom", bob.member_id)
        rep = next(role for role in roles(session, viewer=cast.alice) if role.name == "Rep")
        change_role(session, viewer=cast.alice, role_id=rep.id, changes={"rights": {"read": "none", "create": "none"}})
        bob = viewer_by_id(session, cast.bob.member_id)
        assert partners not in folders_seen(session, viewer=bob)
        told = session.scalars(select(col(Event.type)).where(col(Event.subject_id) == partners.id)).all()
        assert told == ["folder.created"]


def test_a_second_folder_of_deals_has_a_pipeline(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        renewals = create_folder(session, viewer=cast.alice, name="Renewals", kind="deal")
        assert session.scalars(select(Pipeline).where(col(Pipeline.folder_id) == renewals.id)).one()
        assert schema_of(session, folder=renewals).has("close_on")


def test_deals_are_called_opportunities_and_stay_what_they_are(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        deals = folder_of_kind(session, workspace_id=cast.workspace_id, kind="deal")
        before = deals.id
        names = {"name": "Opportunities", "singular": "Opportunity"}
        renamed = change_folder(session, viewer=cast.alice, folder_id=deals.id, changes=names)
        assert (renamed.id, renamed.kind, renamed.singular) == (before, "deal", "Opportunity")


def test_names_are_given_once(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        create_folder(session, viewer=cast.alice, name="Partners")
        for name in ("partners", "", "x" * 101):
            with pytest.raises(InvalidInput) as refused:
                create_folder(session, viewer=cast.alice, name=name)
            assert refused.value.field == "name"
        create_folder(session, viewer=cast.mallory, name="Partners")


def test_only_who_may_configure_does(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        folder = create_folder(session, viewer=configuring(cast.bob), name="Partners")
        for viewer, error in ((cast.bob, Forbidden), (cast.mallory, NotFound)):
            with pytest.raises(error):
                change_folder(session, viewer=viewer, folder_id=folder.id, changes={"name": "Mine"})
            with pytest.raises(error):
                archive_folder(session, viewer=viewer, folder_id=folder.id)
        with pytest.raises(Forbidden):
            create_folder(session, viewer=cast.bob, name="Other")


def test_folders_are_ordered_as_a_whole(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        ids = [folder.id for folder in folders_seen(session, viewer=cast.alice)]
        for wrong in (ids[1:], [*ids, ids[0]], [*ids[1:], "unknown"]):
            with pytest.raises(InvalidInput, match="order"):
                order_folders(session, viewer=cast.alice, folder_ids=wrong)
        order_folders(session, viewer=cast.alice, folder_ids=ids[::-1])
        assert [folder.id for folder in folders_seen(session, viewer=cast.alice)] == ids[::-1]


def test_an_archived_folder_comes_back_with_everything(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        tickets = folder_of_kind(session, workspace_id=cast.workspace_id, kind="ticket")
        archive_folder(session, viewer=cast.alice, folder_id=tickets.id)
        assert tickets.id not in [folder.id for folder in folders_seen(session, viewer=cast.alice)]
        restore_folder(session, viewer=cast.alice, folder_id=tickets.id)
        assert folders_seen(session, viewer=cast.alice)[-1].id == tickets.id
        contacts = folder_of_kind(session, workspace_id=cast.workspace_id, kind="contact")
        with pytest.raises(Conflict, match="only folder of its kind"):
            archive_folder(session, viewer=cast.alice, folder_id=contacts.id)
        create_folder(session, viewer=cast.alice, name="Other people", kind="contact")
        archive_folder(session, viewer=cast.alice, folder_id=contacts.id)


def test_there_is_an_end_to_folders(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        have = len(folders_seen(session, viewer=cast.alice))
        for number in range(MAX_FOLDERS - have):
            create_folder(session, viewer=cast.alice, name=f"Folder {number}")
        with pytest.raises(Conflict, match="at most 100 folders"):
            create_folder(session, viewer=cast.alice, name="One more")
