"""Members who leave: nothing they held is left to nobody."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from sqlmodel import col

from app.core.database import transaction
from app.core.errors import NotSignedIn
from app.core.ids import new_id
from app.core.jobs import JobContext
from app.core.settings import Settings
from app.records.schema import folder_of_kind
from app.timeline.tasks.service import add_task
from app.workspaces.access import viewer_by_id
from app.workspaces.removal import AT_ONCE, hand_over_rest, remove_member
from models import ApiKey, FieldDef, Member, Notification, Record, Task, TaskAssignee, Territory, View
from tests.api.office import Office, made


def new(office: Office, client: httpx.Client, kind: str = "contact", **values: Any) -> str:
    answer = client.post(f"/api/v1/folders/{office.folder(kind)}/records", json={"values": {"name": "Dana", **values}})
    return made(answer)["id"]


def url(office: Office, name: str = "removal") -> str:
    return f"/api/v1/members/{office.cast.bob.member_id}/{name}"


def value(client: httpx.Client, record_id: str, key: str) -> Any:
    return client.get(f"/api/v1/records/{record_id}").json()["values"][key]


def give_bob_everything(office: Office) -> dict[str, str]:
    """A deal of his own, a company that he manages, a list of members that he is in, tasks, a territory, a report."""
    cast, bob, carol = office.cast, office.cast.bob.member_id, office.cast.carol.member_id
    with transaction(office.engine) as session:
        folder = folder_of_kind(session, workspace_id=cast.workspace_id, kind="company")
        here = {"workspace_id": cast.workspace_id, "folder_id": folder.id}
        session.add(FieldDef(id=new_id(), **here, key="helpers", name="Helpers", type="users", position=90))
        task = add_task(session, viewer=cast.bob, title="Call", due_at=None)
        shared = add_task(session, viewer=cast.carol, title="Visit", due_at=None)
        session.add(TaskAssignee(task_id=shared.id, member_id=bob, workspace_id=cast.workspace_id))
        session.get_one(Territory, cast.north).owner_id = bob
        session.get_one(Member, carol).manager_id = bob
        session.execute(update(View).where(col(View.folder_id) == folder.id).values(owner_id=bob, shared=True))
        tasks = {"task": task.id, "shared": shared.id}
    managed = {"owner": carol, "account_manager": bob, "helpers": [bob, carol]}
    return {
        **tasks,
        "deal": new(office, office.bob, "deal"),
        "company": new(office, office.alice, "company", **managed),
    }


def test_what_a_member_holds_is_counted(office: Office):
    give_bob_everything(office)
    held = office.alice.get(url(office, "holdings")).json()
    names = {item["name"]: item["count"] for item in held["items"]}
    wanted = {"Deals · Owner": 1, "Companies · Account manager": 1, "Companies · Helpers": 1, "Open tasks": 2}
    assert wanted.items() <= names.items()
    assert names["Territories"] == names["Colleagues who report to them"] == 1
    assert held["total"] == sum(names.values())


def test_nobody_goes_before_all_they_hold_has_a_holder(office: Office):
    ids = give_bob_everything(office)
    carol, deals = office.cast.carol.member_id, office.folder("deal")
    for plan in (None, {}, {deals: carol}, {"tasks": carol, deals: carol}):
        refused = office.alice.put(url(office), json={"reassign_to": plan})
        assert (refused.status_code, refused.json()["field"]) == (409, "reassign_to")
        assert "Companies · Account manager (1)" in refused.json()["detail"]
    for heir in (office.cast.mallory.member_id, office.cast.bob.member_id, "0" * 26):
        assert office.alice.put(url(office), json={"reassign_to": heir}).status_code == 422
    assert office.bob.get(f"/api/v1/records/{ids['deal']}").status_code == 200


def test_all_that_a_member_held_goes_to_a_colleague_at_once(office: Office):
    ids = give_bob_everything(office)
    alice, bob, carol = (getattr(office.cast, name).member_id for name in ("alice", "bob", "carol"))
    plan = {"*": carol, "reports": alice}
    answer = office.alice.put(url(office), json={"reassign_to": plan})
    assert (answer.status_code, answer.json()["left"]) == (200, 0)
    assert value(office.alice, ids["deal"], "owner") == carol
    assert value(office.alice, ids["company"], "account_manager") == carol
    assert value(office.alice, ids["company"], "helpers") == [carol]
    (save,) = office.alice.get(f"/api/v1/records/{ids['deal']}/history").json()["items"]
    assert (save["member"]["id"], save["changes"][0]["old_text"]) == (alice, "Bob Berg")
    with transaction(office.engine) as session:
        assert session.get_one(Task, ids["task"]).assignee_id == carol
        assert not session.scalars(select(TaskAssignee)).all(), "who is responsible does not also take part"
        assert session.get_one(Territory, office.cast.north).owner_id == carol
        assert session.get_one(Member, carol).manager_id == alice
        assert not session.scalars(select(View).where(View.owner_id == bob, col(View.shared))).all()
        told = session.scalars(select(Notification).where(Notification.type == "handover")).all()
        assert [note.member_id for note in told] == [carol]
        about_bobs = select(Notification).where(Notification.type == "assigned", Notification.member_id == carol)
        assert not session.scalars(about_bobs).all(), "one for all, not one for each"
    assert office.carol.get(f"/api/v1/records/{ids['deal']}").status_code == 200


def test_who_is_removed_is_out_at_once_and_for_good_their_keys(office: Office):
    assert office.alice.put(url(office), json={}).status_code == 200
    assert office.bob.get("/api/v1/bin").status_code == 401
    assert office.alice.put(url(office), json={}).status_code == 200
    assert office.alice.delete(url(office)).status_code == 204
    assert office.bob.get("/api/v1/bin").status_code == 401, "their old key stays dead"
    with transaction(office.engine) as session:
        assert viewer_by_id(session, office.cast.bob.member_id).name == "Bob Berg"
        assert not session.scalars(select(ApiKey).where(ApiKey.member_id == office.cast.bob.member_id)).all()


def test_only_admins_remove_only_their_colleagues_and_not_themselves(office: Office):
    for client, status in ((office.bob, 403), (office.carol, 403), (office.mallory, 404)):
        for answer in (
            client.get(url(office, "holdings")),
            client.put(url(office), json={"reassign_to": office.cast.carol.member_id}),
            client.delete(url(office)),
        ):
            assert answer.status_code == status
    own = f"/api/v1/members/{office.cast.alice.member_id}/removal"
    assert office.alice.put(own, json={"reassign_to": office.cast.bob.member_id}).status_code == 409


def test_nobody_reports_to_themselves_after_a_removal(office: Office):
    alice, bob, carol = (getattr(office.cast, name).member_id for name in ("alice", "bob", "carol"))
    with transaction(office.engine) as session:
        session.get_one(Member, bob).manager_id = alice
        session.get_one(Member, carol).manager_id = bob
    office.alice.put(url(office), json={"reassign_to": carol})
    with transaction(office.engine) as session:
        assert session.get_one(Member, carol).manager_id == alice


def test_much_is_handed_over_in_the_background_while_the_member_is_out_already(office: Office):
    many = AT_ONCE + 1
    rows = [{"values": {"name": f"D{number}"}} for number in range(500)]
    batches = f"/api/v1/folders/{office.folder('contact')}/record-batches"
    office.bob.post(batches, json={"records": rows})
    new(office, office.bob)
    carol = office.cast.carol.member_id
    assert office.alice.put(url(office), json={"reassign_to": carol}).json()["left"] == many
    assert office.bob.get("/api/v1/bin").status_code == 401
    context = JobContext(Settings(_env_file=None), office.engine)
    hand_over_rest(context, office.cast.bob.member_id, {"*": carol}, office.cast.alice.member_id)
    assert office.alice.get(url(office, "holdings")).json()["total"] == 0
    with transaction(office.engine) as session:
        owners = session.scalars(select(Record.owner_id).where(Record.kind == "contact").distinct()).all()
        assert owners == [carol]


def test_of_two_admins_who_remove_each_other_one_stays(office: Office):
    """Bob decided as an admin; by the time that it is his turn, he is none."""
    cast = office.cast
    admin = next(role["id"] for role in office.alice.get("/api/v1/roles").json()["items"] if role["is_admin"])
    seat = f"/api/v1/members/{cast.bob.member_id}"
    assert office.alice.patch(seat, json={"role_ids": [admin]}).status_code == 200
    with transaction(office.engine) as session:
        bob = viewer_by_id(session, cast.bob.member_id)
    assert office.alice.put(url(office), json={"reassign_to": cast.alice.member_id}).status_code == 200
    with transaction(office.engine) as session, pytest.raises(NotSignedIn):
        remove_member(session, viewer=bob, member_id=cast.alice.member_id)
    assert office.alice.get("/api/v1/me").status_code == 200
