"""Tickets' clocks and promises over REST."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from app.core.clock import utcnow
from app.core.database import transaction
from app.records.service import create_record, update_record
from models import TicketClock
from tests.api.office import Office

V1 = "/api/v1"
PROMISE = {"priority": "High", "first_response_minutes": 30, "resolution_minutes": 600}


def ticket(office: Office, **values: object) -> str:
    with transaction(office.engine) as session:
        bob = office.cast.bob
        named = {"name": "Broken belt", **values}
        return create_record(session, workspace_id=bob.workspace_id, kind="ticket", values=named, viewer=bob).id


def turn(office: Office, ticket_id: str, **values: object) -> None:
    with transaction(office.engine) as session:
        session.execute(update(TicketClock).where(col(TicketClock.record_id) == ticket_id).values(**values))


def test_a_clock_tells_when_an_answer_is_due(office: Office):
    id = ticket(office)
    clock = office.bob.get(f"{V1}/records/{id}/clock").json()
    assert clock["ticket"] == {"id": id, "name": "Broken belt"}
    assert (clock["first_response"]["state"], clock["resolution"]["state"]) == ("ok", "ok")
    assert clock["first_response"]["at"] is None
    for client in (office.carol, office.mallory):
        assert client.get(f"{V1}/records/{id}/clock").status_code == 404


def test_a_call_stops_the_first_clock(office: Office):
    id = ticket(office)
    assert office.bob.post(f"{V1}/records/{id}/activities", json={"type": "call"}).status_code == 201
    assert office.bob.get(f"{V1}/records/{id}/clock").json()["first_response"]["seconds"] == 0


def test_other_records_have_no_clock(office: Office):
    with transaction(office.engine) as session:
        dana = create_record(session, workspace_id=office.cast.workspace_id, kind="contact", values={"name": "Dana"}).id
    assert office.bob.get(f"{V1}/records/{dana}/clock").status_code == 404


def test_tickets_are_listed_by_how_they_stand(office: Office):
    ids = {state: ticket(office, name=state) for state in ("ok", "due_soon", "breached", "solved")}
    turn(office, ids["due_soon"], first_response_due_at=utcnow() + timedelta(minutes=30))
    turn(office, ids["breached"], resolution_due_at=utcnow() - timedelta(minutes=1))
    with transaction(office.engine) as session:
        update_record(session, viewer=office.cast.bob, record_id=ids["solved"], values={"status": "Closed"})

    def listed(**query: object) -> list[str]:
        return [clock["ticket"]["name"] for clock in office.bob.get(f"{V1}/clocks", params=query).json()["items"]]

    for state in ("ok", "due_soon", "breached"):
        assert listed(state=state) == [state]
    assert listed()[0] == "breached"
    page = office.bob.get(f"{V1}/clocks", params={"limit": 2}).json()
    rest = office.bob.get(f"{V1}/clocks", params={"cursor": page["next"]}).json()
    names = [clock["ticket"]["name"] for clock in page["items"] + rest["items"]]
    assert sorted(names) == ["breached", "due_soon", "ok"]
    assert office.carol.get(f"{V1}/clocks").json()["items"] == []
    assert office.bob.get(f"{V1}/clocks?state=odd").status_code == 422


def test_a_ticket_tells_its_contact_and_company(office: Office):
    with transaction(office.engine) as session:
        bob = office.cast.bob
        here = {"workspace_id": bob.workspace_id, "viewer": bob}
        firm = create_record(session, kind="company", values={"name": "Quarry"}, **here).id
        dana = create_record(session, kind="contact", values={"name": "Dana", "company": firm}, **here).id
    id = ticket(office, contact=dana, company=firm)
    with transaction(office.engine) as session:
        update_record(session, viewer=office.cast.bob, record_id=id, values={"status": "Resolved"})
    for record_id in (id, dana, firm):
        entries = office.bob.get(f"{V1}/records/{record_id}/timeline?type=ticket").json()["items"]
        assert [entry["title"] for entry in entries] == ["Ticket: Resolved", "Ticket opened"]


def test_promises_are_the_admins(office: Office):
    kept = office.bob.get(f"{V1}/service-promises").json()["items"]
    assert [promise["priority"] for promise in kept] == ["Urgent", "High", "Normal", "Low"]
    assert office.bob.put(f"{V1}/service-promises", json={"items": [PROMISE]}).status_code == 403
    hours = {"days": [4, 0], "opens": "09:00", "closes": "17:30", "time_zone": "Europe/Berlin"}
    put = office.alice.put(f"{V1}/service-promises", json={"items": [{**PROMISE, "hours": hours}]}).json()
    assert put["items"] == [{**PROMISE, "hours": {**hours, "days": [0, 4]}}]
    assert office.bob.get(f"{V1}/service-promises").json() == put
    assert len(office.mallory.get(f"{V1}/service-promises").json()["items"]) == 4
    clock = office.bob.get(f"{V1}/records/{ticket(office, priority='Low')}/clock").json()
    assert clock["first_response"]["due_at"] > clock["started_at"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"priority": "Odd"}, "priority"),
        ({"resolution_minutes": 3}, "first_response_minutes"),
        ({"first_response_minutes": 0}, "items.0.first_response_minutes"),
        ({"hours": {"days": [0], "opens": "09:00", "closes": "09:30", "time_zone": "UTC"}}, "hours"),
        ({"hours": {"days": [0], "opens": "99:00", "closes": "09:30", "time_zone": "UTC"}}, "hours"),
        ({"hours": {"days": [0], "opens": "09:00", "closes": "19:30", "time_zone": "Middle/Earth"}}, "hours"),
    ],
)
def test_a_wrong_promise_names_its_field(office: Office, changed: dict[str, object], field: str):
    answer = office.alice.put(f"{V1}/service-promises", json={"items": [PROMISE | changed]})
    assert answer.status_code == 422
    assert field in answer.json()["field"]
