"""Tasks over REST: who sees them, who changes them, what lists and the morning's digest say."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.database import transaction
from app.records.service import create_record
from app.workspaces.seats import give_roles
from models import Member, Record, Role
from tests.api.office import Office, made

TASKS = "/api/v1/tasks"


@pytest.fixture
def dana(office: Office) -> str:
    """Bob's contact."""
    with transaction(office.engine) as session:
        bob = office.cast.bob
        values = {"name": "Dana Diaz"}
        return create_record(session, workspace_id=bob.workspace_id, kind="contact", values=values, viewer=bob).id


def soon(**ahead: float) -> str:
    return (utcnow() + timedelta(**ahead)).isoformat()


def titles(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [task["title"] for task in answer.json()["items"]]


def test_a_task_says_what_it_was_told(office: Office, dana: str):
    body = {
        "title": "Send the offer",
        "description": "With the new prices.",
        "type": "Email",
        "priority": "High",
        "due_at": soon(days=1),
        "remind_at": soon(hours=20),
        "repeat": "freq=weekly;byday=mo,th",
        "others": [office.cast.alice.member_id],
        "record_ids": [dana],
    }
    task = made(office.bob.post(TASKS, json=body))
    assert datetime.fromisoformat(task.pop("due_at")) == datetime.fromisoformat(body["due_at"])
    assert (task["title"], task["type"], task["priority"]) == ("Send the offer", "Email", "High")
    assert task["repeat"] == "FREQ=WEEKLY;BYDAY=MO,TH"
    assert task["records"] == [{"id": dana, "name": "Dana Diaz"}]
    assert task["assignee"] == {"id": office.cast.bob.member_id, "name": "Bob Berg"}
    assert [other["name"] for other in task["others"]] == ["Alice Fairfield"]
    assert not task["overdue"]
    entries = office.bob.get(f"/api/v1/records/{dana}/timeline?type=task").json()["items"]
    assert [entry["title"] for entry in entries] == ["Task: Send the offer"]
    (told,) = office.alice.get("/api/v1/notifications").json()["items"]
    assert told["title"] == "Bob Berg gave you a task: Send the offer"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"title": " "}, "title"),
        ({"title": "x", "type": "Nap"}, "type"),
        ({"title": "x", "due_at": "2026-03-02T12:00:00"}, "due_at"),
        ({"title": "x", "due_at": "2026-03-02T12:00:00Z", "due_on": "2026-03-02"}, "due_on"),
        ({"title": "x", "due_on": "0001-01-01"}, "due_on"),
        ({"title": "x", "repeat": "FREQ=WEEKLY"}, "repeat"),
        ({"title": "x", "due_on": "2026-03-02", "repeat": "FREQ=SECONDLY"}, "repeat"),
        ({"title": "x", "assignee_id": "nobody"}, "assignee_id"),
        ({"title": "x", "thread_id": "nothing"}, "thread_id"),
    ],
)
def test_a_wrong_task_names_its_field(office: Office, body: dict[str, object], field: str):
    answer = office.bob.post(TASKS, json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_a_task_for_the_day_is_late_when_the_day_is_over(office: Office):
    with transaction(office.engine) as session:
        session.get_one(Member, office.cast.bob.member_id).time_zone = "Pacific/Auckland"
    bob = office.client(office.cast.bob)
    there = (utcnow() + timedelta(hours=13)).date()
    for days in (-1, 0, 1):
        day = (there + timedelta(days=days)).isoformat()
        task = made(bob.post(TASKS, json={"title": f"Day {days}", "due_on": day}))
        assert (task["due_on"], task["overdue"]) == (day, days < 0)
    assert titles(bob.get(TASKS, params={"overdue": True})) == ["Day -1"]


def test_tasks_are_listed_page_by_page(office: Office, dana: str):
    for number in range(4):
        made(office.bob.post(TASKS, json={"title": f"{number}", "due_at": soon(days=number, minutes=5)}))
    made(office.bob.post(TASKS, json={"title": "Some day", "record_ids": [dana]}))
    made(office.bob.post(TASKS, json={"title": "One day"}))
    made(office.alice.post(TASKS, json={"title": "Hers", "due_at": soon(hours=-1)}))
    seen, query = [], {"limit": 2, "mine": True}
    while True:
        answer = office.bob.get(TASKS, params=query)
        seen += titles(answer)
        if answer.json()["next"] is None:
            break
        query["cursor"] = answer.json()["next"]
    assert seen[:4] == ["0", "1", "2", "3"]
    assert sorted(seen[4:]) == ["One day", "Some day"]
    assert titles(office.alice.get(TASKS, params={"due_before": soon(days=1, hours=1)})) == ["Hers", "0", "1"]
    assert titles(office.alice.get(TASKS, params={"record": dana})) == ["Some day"]
    assert titles(office.alice.get(TASKS, params={"assignee": office.cast.alice.member_id})) == ["Hers"]
    assert titles(office.alice.get(TASKS, params={"overdue": True})) == ["Hers"]
    assert titles(office.carol.get(TASKS)) == []
    assert office.carol.get(TASKS, params={"record": dana}).status_code == 404


def test_a_task_is_completed_reopened_and_listed_so(office: Office, dana: str):
    task = made(office.bob.post(TASKS, json={"title": "Call", "due_at": soon(days=1), "record_ids": [dana]}))
    url = f"{TASKS}/{task['id']}/completion"
    done = office.bob.put(url).json()
    assert (done["done_by"], office.bob.put(url).json()["done_at"]) == (office.cast.bob.member_id, done["done_at"])
    assert titles(office.bob.get(TASKS, params={"done": True})) == ["Call"]
    assert titles(office.bob.get(TASKS, params={"done": False})) == []
    assert office.bob.delete(url).json()["done_at"] is None
    assert titles(office.bob.get(TASKS, params={"done": False})) == ["Call"]


def test_who_is_given_a_task_sees_it_but_not_the_record_behind_it(office: Office, dana: str):
    task = made(
        office.bob.post(TASKS, json={"title": "Call", "record_ids": [dana], "assignee_id": office.cast.carol.member_id})
    )
    seen = office.carol.get(f"{TASKS}/{task['id']}").json()
    assert (seen["title"], seen["records"]) == ("Call", [])
    changed = office.carol.patch(f"{TASKS}/{task['id']}", json={"record_ids": [], "priority": "Low"}).json()
    assert changed["priority"] == "Low"
    assert office.bob.get(f"{TASKS}/{task['id']}").json()["records"] == [{"id": dana, "name": "Dana Diaz"}]


def test_onlookers_see_a_records_task_and_leave_it_alone(office: Office):
    with transaction(office.engine) as session:
        pool = create_record(
            session, workspace_id=office.cast.workspace_id, kind="contact", values={"name": "Everybody's"}
        ).id
    task = made(office.bob.post(TASKS, json={"title": "Call", "record_ids": [pool]}))
    url = f"{TASKS}/{task['id']}"
    assert office.carol.get(url).status_code == 200
    assert office.carol.patch(url, json={"title": "Mine"}).status_code == 403
    assert office.carol.put(f"{url}/completion").status_code == 403
    assert office.carol.delete(url).status_code == 403
    for method in ("get", "delete"):
        assert getattr(office.mallory, method)(url).status_code == 404
    assert office.alice.patch(url, json={"title": "Ring"}).json()["title"] == "Ring"


def test_a_manager_changes_the_tasks_of_the_team(office: Office):
    task = made(office.bob.post(TASKS, json={"title": "Call"}))
    url = f"{TASKS}/{task['id']}"
    assert office.carol.get(url).status_code == 404
    with transaction(office.engine) as session:
        session.get_one(Member, office.cast.bob.member_id).manager_id = office.cast.carol.member_id
        make_manager(session, office)
    assert office.carol.put(f"{url}/completion").status_code == 200


def make_manager(session: Session, office: Office) -> None:
    """Carol has the role Manager from now on."""
    manager = session.scalars(
        select(Role).where(col(Role.workspace_id) == office.cast.workspace_id, col(Role.name) == "Manager")
    ).one()
    give_roles(session, member=session.get_one(Member, office.cast.carol.member_id), role_ids=[manager.id])


def test_a_snoozed_task_takes_its_reminder_along(office: Office, dana: str):
    due = utcnow() + timedelta(days=1)
    body = {
        "title": "Call",
        "due_at": due.isoformat(),
        "remind_at": (due - timedelta(hours=1)).isoformat(),
        "record_ids": [dana],
    }
    task = made(office.bob.post(TASKS, json=body))
    until = due + timedelta(days=2)
    put_off = office.bob.put(f"{TASKS}/{task['id']}/snooze", json={"until": until.isoformat()}).json()
    assert datetime.fromisoformat(put_off["due_at"]) == until
    assert datetime.fromisoformat(put_off["remind_at"]) == until - timedelta(hours=1)
    with transaction(office.engine) as session:
        assert session.get_one(Record, dana).next_task_at == until
    past = office.bob.put(f"{TASKS}/{task['id']}/snooze", json={"until": soon(days=-1)})
    assert (past.status_code, past.json()["field"]) == (422, "until")


def test_a_deleted_task_is_gone_from_its_record(office: Office, dana: str):
    task = made(office.bob.post(TASKS, json={"title": "Call", "due_at": soon(days=1), "record_ids": [dana]}))
    assert office.bob.delete(f"{TASKS}/{task['id']}").status_code == 204
    assert office.bob.get(f"{TASKS}/{task['id']}").status_code == 404
    with transaction(office.engine) as session:
        assert session.get_one(Record, dana).next_task_at is None


def test_the_digest_of_a_morning(office: Office, dana: str):
    today = utcnow().date()
    for title, days in (("Late", -2), ("Today", 0), ("Tomorrow", 1)):
        made(office.bob.post(TASKS, json={"title": title, "due_on": (today + timedelta(days=days)).isoformat()}))
    with transaction(office.engine) as session:
        contact = session.get_one(Record, dana)
        contact.last_email_in_at = utcnow() - timedelta(days=2)
        contact.last_email_out_at = utcnow() - timedelta(days=3)
    said = office.bob.get("/api/v1/digest", params={"on": today.isoformat()}).json()
    assert said["at"] == f"{today}T08:00:00Z"
    assert [task["title"] for task in said["due_today"]] == ["Today"]
    assert [task["title"] for task in said["overdue"]] == ["Late"]
    assert [person["name"] for person in said["waiting"]] == ["Dana Diaz"]
    assert office.carol.get("/api/v1/digest", params={"on": today.isoformat()}).json()["waiting"] == []
