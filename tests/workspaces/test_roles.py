"""Roles, grants and seats: what an admin decides holds at once, and nobody locks the workspace up."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session, col, select

from app.core.database import transaction
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.records.schema import folder_of_kind, schema_of
from app.workspaces.access import Viewer, viewer_by_id
from app.workspaces.grants import bar_field, grant_folder, open_field, revoke_folder
from app.workspaces.invitations import invite, withdraw
from app.workspaces.policy import set_join_domains
from app.workspaces.roles import change_role, create_role, delete_role, role_names, roles
from app.workspaces.seating import change_seat
from app.workspaces.signin import Identity, sign_in
from app.workspaces.teams import create_team, delete_team
from models import Event, FieldDef, Role
from tests.cast import COMPANY, gather
from tests.conftest import Database


def role(session: Session, viewer: Viewer, name: str) -> Role:
    return next(found for found in roles(session, viewer=viewer) if found.name == name)


def again(session: Session, viewer: Viewer) -> Viewer:
    """The same person with their next request."""
    return viewer_by_id(session, viewer.member_id)


def field_of(session: Session, viewer: Viewer, kind: str, key: str) -> FieldDef:
    folder = folder_of_kind(session, workspace_id=viewer.workspace_id, kind=kind)
    return next(found for found in schema_of(session, folder=folder).fields if found.key == key)


def test_a_new_role_may_do_nothing_until_it_is_told(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        intern = create_role(session, viewer=cast.alice, name="  Intern  ", rights={"read": "own"}, powers=["views"])
        assert intern.name == "Intern"
        assert {right for right, scope in intern.rights.items() if scope != "none"} == {"read"}
        change_seat(session, viewer=cast.alice, member_id=cast.bob.member_id, changes={"role_ids": [intern.id]})
        assert again(session, cast.bob).access.powers == ["views"]
        change_role(session, viewer=cast.alice, role_id=intern.id, changes={"rights": {"edit": "team"}})
        rights = next(iter(again(session, cast.bob).access.folders.values()))
        assert (rights["read"], rights["edit"], rights["delete"]) == ("own", "team", "none")


def test_several_roles_give_the_widest_of_each_right(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        support, rep = role(session, cast.alice, "Support"), role(session, cast.alice, "Rep")
        both = {"role_ids": [support.id, rep.id]}
        change_seat(session, viewer=cast.alice, member_id=cast.bob.member_id, changes=both)
        tickets = folder_of_kind(session, workspace_id=cast.workspace_id, kind="ticket").id
        deals = folder_of_kind(session, workspace_id=cast.workspace_id, kind="deal").id
        access = again(session, cast.bob).access
        assert access.scope("edit", tickets) == "all"
        assert access.scope("edit", deals) == "own"
        assert role_names(session, viewer=cast.alice)[cast.bob.member_id] == ["Rep", "Support"]


def test_a_grant_for_a_folder_comes_and_goes(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        rep = role(session, cast.alice, "Rep").id
        deals = folder_of_kind(session, workspace_id=cast.workspace_id, kind="deal").id
        grant_folder(session, viewer=cast.alice, role_id=rep, folder_id=deals, rights={"read": "own"})
        assert again(session, cast.bob).access.scope("read", deals) == "own"
        assert again(session, cast.bob).access.scope("create", deals) == "all"
        revoke_folder(session, viewer=cast.alice, role_id=rep, folder_id=deals)
        assert again(session, cast.bob).access.scope("read", deals) == "territory"
        elsewhere = folder_of_kind(session, workspace_id=cast.mallory.workspace_id, kind="deal").id
        with pytest.raises(NotFound):
            grant_folder(session, viewer=cast.alice, role_id=rep, folder_id=elsewhere, rights={"read": "all"})


def test_a_field_is_barred_only_if_every_role_bars_it(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        rep, support = role(session, cast.alice, "Rep"), role(session, cast.alice, "Support")
        amount = field_of(session, cast.alice, "deal", "amount")
        bar_field(session, viewer=cast.alice, role_id=rep.id, field_id=amount.id, access="hidden")
        hidden = again(session, cast.bob).access.hidden
        assert hidden.pop(amount.folder_id) == {"amount": "amount"}
        assert list(hidden.values()) == [{"open_amount": "open_amount"}] * 2, "what accounts add up goes with it"
        seat = {"role_ids": [rep.id, support.id]}
        change_seat(session, viewer=cast.alice, member_id=cast.bob.member_id, changes=seat)
        assert again(session, cast.bob).access.hidden == {}
        bar_field(session, viewer=cast.alice, role_id=support.id, field_id=amount.id, access="read")
        access = again(session, cast.bob).access
        assert (access.hidden, access.locked) == ({}, {amount.folder_id: ["amount"]})
        open_field(session, viewer=cast.alice, role_id=rep.id, field_id=amount.id)
        assert again(session, cast.bob).access.locked == {}


def test_what_permission_works_with_cannot_be_hidden(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        rep = role(session, cast.alice, "Rep").id
        owner = field_of(session, cast.alice, "deal", "owner")
        with pytest.raises(InvalidInput, match="Owner cannot be hidden"):
            bar_field(session, viewer=cast.alice, role_id=rep, field_id=owner.id, access="hidden")
        bar_field(session, viewer=cast.alice, role_id=rep, field_id=owner.id, access="read")


def test_admin_stays_what_it_is(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        admin = role(session, cast.alice, "Admin").id
        amount = field_of(session, cast.alice, "deal", "amount")
        attempts = (
            lambda: change_role(session, viewer=cast.alice, role_id=admin, changes={"rights": {"read": "own"}}),
            lambda: change_role(session, viewer=cast.alice, role_id=admin, changes={"name": "Boss"}),
            lambda: delete_role(session, viewer=cast.alice, role_id=admin),
            lambda: grant_folder(session, viewer=cast.alice, role_id=admin, folder_id=amount.folder_id, rights={}),
            lambda: bar_field(session, viewer=cast.alice, role_id=admin, field_id=amount.id, access="hidden"),
        )
        for attempt in attempts:
            with pytest.raises(Conflict, match="Admin may do everything"):
                attempt()


def test_a_role_in_use_stays(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        rep = role(session, cast.alice, "Rep")
        intern = create_role(session, viewer=cast.alice, name="Intern")
        with pytest.raises(Conflict, match="make another the default first"):
            delete_role(session, viewer=cast.alice, role_id=rep.id)
        change_role(session, viewer=cast.alice, role_id=intern.id, changes={"is_default": True})
        with pytest.raises(Conflict, match="2 members hold it"):
            delete_role(session, viewer=cast.alice, role_id=rep.id)
        change_role(session, viewer=cast.alice, role_id=rep.id, changes={"is_default": True})
        asked = invite(session, viewer=cast.alice, email="dora@fairfield.example", role_ids=[intern.id])
        with pytest.raises(Conflict, match="1 invitations promise it"):
            delete_role(session, viewer=cast.alice, role_id=intern.id)
        withdraw(session, viewer=cast.alice, invitation_id=asked.id)
        delete_role(session, viewer=cast.alice, role_id=intern.id)
        assert "Intern" not in {found.name for found in roles(session, viewer=cast.alice)}
        told = session.scalars(select(col(Event.type)).where(col(Event.type).like("role.%")).order_by(col(Event.id)))
        assert list(told) == ["role.created", "role.changed", "role.changed", "role.deleted"]


def test_the_last_admin_stays_one(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        admin, rep = role(session, cast.alice, "Admin").id, role(session, cast.alice, "Rep").id
        step_down = {"role_ids": [rep]}
        with pytest.raises(Conflict, match="last admin"):
            change_seat(session, viewer=cast.alice, member_id=cast.alice.member_id, changes=step_down)
        change_seat(session, viewer=cast.alice, member_id=cast.bob.member_id, changes={"role_ids": [admin, rep]})
        change_seat(session, viewer=cast.alice, member_id=cast.alice.member_id, changes=step_down)
        assert not again(session, cast.alice).is_admin
        assert again(session, cast.bob).is_admin


def test_of_two_admins_who_depose_each_other_one_stays(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        admin, rep = role(session, cast.alice, "Admin").id, role(session, cast.alice, "Rep").id
        change_seat(session, viewer=cast.alice, member_id=cast.bob.member_id, changes={"role_ids": [admin]})
        pair = again(session, cast.alice), again(session, cast.bob)

    def depose(who: Viewer, whom: Viewer) -> bool:
        try:
            with transaction(database.engine) as session:
                change_seat(session, viewer=who, member_id=whom.member_id, changes={"role_ids": [rep]})
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(depose, pair, reversed(pair))) == [False, True]


def test_changes_at_the_same_moment_all_count(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        rep = role(session, cast.alice, "Rep").id
        kinds = ("deal", "lead", "ticket", "quote")
        folders = [folder_of_kind(session, workspace_id=cast.workspace_id, kind=kind).id for kind in kinds]

    def grant(folder_id: str) -> None:
        with transaction(database.engine) as session:
            grant_folder(session, viewer=cast.alice, role_id=rep, folder_id=folder_id, rights={"read": "own"})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(grant, folders))
    with transaction(database.engine, read_only=True) as session:
        access = again(session, cast.bob).access
    assert [access.scope("read", folder) for folder in folders] == ["own"] * 4


def test_the_power_over_members_is_no_way_to_more_power(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        admin, billing, rep = (role(session, cast.alice, name).id for name in ("Admin", "Billing", "Rep"))
        change_seat(session, viewer=cast.alice, member_id=cast.bob.member_id, changes={"role_ids": [billing]})
        bob = again(session, cast.bob)
        for member, given in ((bob, rep), (cast.carol, admin), (cast.carol, billing), (cast.alice, rep)):
            with pytest.raises(Forbidden):
                change_seat(session, viewer=bob, member_id=member.member_id, changes={"role_ids": [given]})
        with pytest.raises(Forbidden):
            invite(session, viewer=bob, email="bob@private.example", role_ids=[admin])
        with pytest.raises(Forbidden):
            change_role(session, viewer=bob, role_id=rep, changes={"rights": {"read": "all"}})
        change_seat(session, viewer=bob, member_id=cast.carol.member_id, changes={"territory_id": cast.north})
        assert again(session, cast.carol).access.territories == [cast.north]
        with pytest.raises(Forbidden):
            change_seat(session, viewer=again(session, cast.carol), member_id=bob.member_id, changes={"team_id": None})


def test_nobody_but_an_admin_brings_colleagues_under_or_beside_themselves(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        billing, team = role(session, cast.alice, "Billing"), create_team(session, viewer=cast.alice, name="Desk")
        places = {"role_ids": [billing.id], "team_id": team.id}
        change_seat(session, viewer=cast.alice, member_id=cast.bob.member_id, changes=places)
        reach, bob = ({"team_id": team.id}, {"manager_id": cast.bob.member_id}), again(session, cast.bob)
    for changes in reach:
        with pytest.raises(Forbidden, match="more colleagues"), transaction(database.engine) as session:
            change_seat(session, viewer=bob, member_id=cast.carol.member_id, changes=changes)
    with transaction(database.engine) as session:
        assert again(session, cast.bob).access.team == [cast.bob.member_id]
        change_seat(session, viewer=cast.alice, member_id=cast.carol.member_id, changes=reach[0])
        assert cast.carol.member_id in again(session, cast.bob).access.team


def test_whoever_is_invited_with_several_roles_holds_them_all(database: Database):
    cast = gather(database.engine)
    newcomer = Identity("sub-dora", "dora@fairfield.example", "Dora Day", COMPANY)
    with transaction(database.engine) as session:
        intern = create_role(session, viewer=cast.alice, name="Intern", rights={"delete": "own"})
        wanted = [intern.id, role(session, cast.alice, "Support").id]
        invite(session, viewer=cast.alice, email=newcomer.email, role_ids=wanted)
        dora = viewer_by_id(session, sign_in(session, newcomer).id)
        assert role_names(session, viewer=cast.alice)[dora.member_id] == ["Intern", "Support"]
        contacts = folder_of_kind(session, workspace_id=cast.workspace_id, kind="contact").id
        assert (dora.access.scope("delete", contacts), dora.access.scope("read", contacts)) == ("own", "all")


def test_a_colleague_who_joins_by_domain_gets_the_default_role(database: Database):
    cast = gather(database.engine)
    newcomer = Identity("sub-dora", "dora@fairfield.example", "Dora Day", COMPANY)
    with transaction(database.engine) as session:
        rep = role(session, cast.alice, "Rep")
        change_role(session, viewer=cast.alice, role_id=rep.id, changes={"name": "Salesperson"})
        set_join_domains(session, viewer=cast.alice, domains=["fairfield.example"])
        dora = sign_in(session, newcomer)
        assert role_names(session, viewer=cast.alice)[dora.id] == ["Salesperson"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"rights": {"fly": "all"}}, "rights"),
        ({"rights": {"read": "some"}}, "rights"),
        ({"rights": {"create": "team"}}, "rights"),
        ({"powers": ["everything"]}, "powers"),
    ],
)
def test_what_no_role_can_be(database: Database, changes: dict[str, object], field: str):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        rep = role(session, cast.alice, "Rep")
        with pytest.raises(InvalidInput) as refused:
            change_role(session, viewer=cast.alice, role_id=rep.id, changes=changes)
        assert refused.value.field == field


def test_a_name_is_given_once(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        with pytest.raises(Conflict, match="a role named rep already"):
            create_role(session, viewer=cast.alice, name="rep")
        create_team(session, viewer=cast.alice, name="Blue")
        with pytest.raises(Conflict, match="a team named BLUE already"):
            create_team(session, viewer=cast.alice, name="BLUE")
        create_team(session, viewer=cast.mallory, name="Blue")


def test_a_team_sees_each_others_records_until_it_is_dissolved(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        team = create_team(session, viewer=cast.alice, name="Blue")
        for member in (cast.bob, cast.carol):
            change_seat(session, viewer=cast.alice, member_id=member.member_id, changes={"team_id": team.id})
        assert again(session, cast.bob).access.team == sorted([cast.bob.member_id, cast.carol.member_id])
        delete_team(session, viewer=cast.alice, team_id=team.id)
        assert again(session, cast.bob).access.team == []
        with pytest.raises(InvalidInput, match="team_id"):
            change_seat(session, viewer=cast.alice, member_id=cast.bob.member_id, changes={"team_id": team.id})
