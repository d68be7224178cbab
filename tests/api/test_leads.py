"""Leads: where they come from, how they qualify, what they become, and the journey this makes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from sqlmodel import col

from app.core.clock import utcnow
from app.core.database import transaction
from app.records.bulk import draft_records, insert_records
from app.records.service import create_record
from app.timeline.notes import add_note
from app.timeline.tasks import add_task
from models import Event, FirstTouch, MailThread, Record, RecordKey, RecordLink, TaskLink, ThreadLink, TimelineLink
from tests.api.office import Office, made

WON = "Won"


def new_lead(office: Office, client: httpx.Client | None = None, **values: object) -> dict[str, Any]:
    filled = {"name": "Dana Diaz", "email": "dana@quarry.example", "company_name": "Quarry", **values}
    path = f"/api/v1/folders/{office.folder('lead')}/records"
    return made((client or office.bob).post(path, json={"values": filled}))


def change(client: httpx.Client, record_id: str, **values: object) -> httpx.Response:
    return client.patch(f"/api/v1/records/{record_id}", json={"values": values})


def qualify(client: httpx.Client, lead: str, status: str, reason: str | None = None) -> httpx.Response:
    return client.put(f"/api/v1/leads/{lead}/qualification", json={"status": status, "reason": reason})


def convert(client: httpx.Client, lead: str, **choice: object) -> httpx.Response:
    return client.post(f"/api/v1/leads/{lead}/conversion", json=choice)


def journey(client: httpx.Client, record_id: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/records/{record_id}/journey")
    assert answer.status_code == 200, answer.text
    phases: list[dict[str, Any]] = answer.json()["phases"]
    return phases


def move(office: Office, deal: str, stage: str) -> dict[str, Any]:
    pipeline = office.bob.get("/api/v1/pipelines").json()["items"][0]
    stage_id = next(each["id"] for each in pipeline["stages"] if each["name"] == stage)
    answer = office.bob.put(f"/api/v1/records/{deal}/stage", json={"stage_id": stage_id})
    assert answer.status_code == 200, answer.text
    values: dict[str, Any] = answer.json()
    return values


def test_every_way_in_leaves_a_source_and_a_first_touch_that_stays(office: Office):
    workspace_id, bob = office.cast.workspace_id, office.cast.bob
    by_api = new_lead(office)["id"]
    named = new_lead(office, source="Exhibition", email="x@y.example")["id"]
    with transaction(office.engine) as session:
        values, rows = {"name": "Form Filler"}, [{"name": "A", "score": 80}, {"name": "B"}]
        by_form = create_record(session, workspace_id=workspace_id, kind="lead", values=values, viewer=bob, via="form")
        by_card = create_record(session, workspace_id=workspace_id, kind="lead", values=values, viewer=bob, via="card")
        drafts = [draft for draft in draft_records(session, workspace_id=workspace_id, kind="lead", many=rows) if draft]
        insert_records(session, drafts, via="import")
        ways = {by_api: "API", named: "Exhibition", by_form.id: "Web form", by_card.id: "Email"}
        ways |= {draft["id"]: "Import" for draft in drafts}
        found = {touch.record_id: touch.source for touch in session.scalars(select(FirstTouch))}
        sources = {record.id: record.source for record in session.scalars(select(Record))}
        assert session.get_one(Record, drafts[0]["id"]).status == "MQL"
    assert found == ways == sources
    assert change(office.bob, by_api, source="Website").status_code == 200
    with transaction(office.engine) as session:
        touch = session.get_one(FirstTouch, by_api)
        assert (touch.source, touch.detail["via"], touch.detail["member"]) == ("API", "api", bob.member_id)


def test_marketing_hands_over_and_sales_accepts(office: Office):
    lead = new_lead(office)["id"]
    assert qualify(office.bob, lead, "MQL").json()["mql_at"]
    accepted = qualify(office.bob, lead, "SQL").json()
    assert accepted["status"] == "SQL"
    assert accepted["mql_at"] <= accepted["sql_at"]
    assert [phase["phase"] for phase in journey(office.bob, lead)] == ["first_touch", "lead", "MQL", "SQL"]
    assert office.bob.get(f"/api/v1/leads/{lead}/qualification").json() == accepted
    with transaction(office.engine) as session:
        assert session.scalars(select(Event).where(col(Event.type) == "lead.accepted")).one().subject_id == lead


def test_a_rejection_says_why_and_the_first_dates_stay(office: Office):
    lead = new_lead(office)["id"]
    first = qualify(office.bob, lead, "MQL").json()["mql_at"]
    refused = qualify(office.bob, lead, "Nurture")
    assert (refused.status_code, refused.json()["field"]) == (422, "unqualified_reason")
    back = qualify(office.bob, lead, "Nurture", "Too early").json()
    assert (back["status"], back["reason"], back["mql_at"]) == ("Nurture", "Too early", first)
    assert qualify(office.bob, lead, "MQL").json() == {**back, "status": "MQL", "reason": None}
    assert qualify(office.bob, lead, "Nurture", "Too early").status_code == 200
    with transaction(office.engine) as session:
        rejections = session.scalars(select(Event).where(col(Event.type) == "lead.rejected")).all()
        assert [event.data["reason"] for event in rejections] == ["Too early"] * 2


def test_giving_up_needs_a_reason_however_it_is_done(office: Office):
    lead = new_lead(office)["id"]
    assert qualify(office.bob, lead, "Unqualified").status_code == 422
    assert change(office.bob, lead, status="Unqualified").json()["field"] == "unqualified_reason"
    assert change(office.bob, lead, status="Converted").json()["field"] == "status"
    assert change(office.bob, lead, status="Unqualified", unqualified_reason="No budget").status_code == 200
    assert qualify(office.bob, lead, "Junk").json()["reason"] is None


def test_a_score_that_crosses_the_line_makes_an_mql_once(office: Office):
    lead = new_lead(office, score=20)["id"]
    values = change(office.bob, lead, score=55).json()["values"]
    assert values["status"] == "MQL"
    qualify(office.bob, lead, "Nurture", "Too early")
    later = change(office.bob, lead, score=60).json()["values"]
    assert (later["status"], later["mql_at"]) == ("Nurture", values["mql_at"])
    assert new_lead(office, score=80, email="b@c.example")["values"]["status"] == "MQL"


def test_priority_follows_the_score_until_someone_says_otherwise(office: Office):
    lead = new_lead(office)["id"]

    def after(**values: object) -> tuple[str | None, bool | None]:
        seen = change(office.bob, lead, **values).json()["values"]
        return seen["priority"], seen["priority_by_hand"]

    assert [after(score=score)[0] for score in (10, 30, 60, 90)] == ["Low", "Normal", "High", "Urgent"]
    assert after(priority="Low") == ("Low", True)
    assert after(score=95) == ("Low", True)
    assert after(priority=None) == ("Urgent", None)
    assert after(score=5) == ("Low", None)


def test_a_lead_becomes_contact_company_and_deal_at_once(office: Office):
    lead = new_lead(office, amount="1200.50", source="Website", phone="+49 30 123456")["id"]
    qualify(office.bob, lead, "MQL")
    qualify(office.bob, lead, "SQL")
    with transaction(office.engine) as session:
        thread = MailThread(id="thread", workspace_id=office.cast.workspace_id, subject="Hello", created_at=utcnow())
        session.add(thread)
        session.flush()
        own = {"workspace_id": office.cast.workspace_id, "member_id": office.cast.bob.member_id}
        session.add(ThreadLink(thread_id=thread.id, record_id=lead, created_at=utcnow(), **own))
        add_note(session, viewer=office.cast.bob, record_ids=[lead], text="Likes granite.")
        due = utcnow() + timedelta(days=1)
        add_task(session, viewer=office.cast.bob, title="Call", due_at=due, record_ids=[lead])
        partner = create_record(
            session, workspace_id=own["workspace_id"], kind="company", values={"name": "P"}, viewer=office.cast.bob
        ).id
    link = f"/api/v1/records/{{}}/links/{partner}"
    assert office.bob.put(link.format(lead), params={"label": "introduced by"}).status_code == 200
    became = made(convert(office.bob, lead, deal={"name": "Crusher"}))
    contact, company, deal = (
        office.bob.get(f"/api/v1/records/{became[f'{kind}_id']}").json()["values"]
        for kind in ("contact", "company", "deal")
    )
    assert (contact["name"], contact["email"], contact["company"]) == (
        "Dana Diaz",
        ["dana@quarry.example"],
        became["company_id"],
    )
    assert (company["name"], company["domain"]) == ("Quarry", "quarry.example")
    assert (deal["amount"], deal["source"], deal["contacts"]) == (120050, "Website", [became["contact_id"]])
    with transaction(office.engine) as session:
        homes = set(session.scalars(select(col(TimelineLink.record_id)).where(col(TimelineLink.rule) == "lead")))
        assert homes == set(became.values())
        assert set(session.scalars(select(col(TaskLink.record_id)))) == {lead, *became.values()}
        assert set(session.scalars(select(col(ThreadLink.record_id)))) == set(became.values())
        keys = select(col(RecordKey.record_id)).where(col(RecordKey.kind) == "email")
        assert session.scalars(keys).all() == [became["contact_id"]]
        assert session.get_one(Record, became["contact_id"]).next_task_at == due
        assert session.get_one(FirstTouch, became["contact_id"]).source == "Website"
    for record_id in (became["contact_id"], became["company_id"]):
        phases = journey(office.bob, record_id)
        assert [phase["phase"] for phase in phases] == ["first_touch", "lead", "MQL", "SQL", "opportunity"]
        assert [phase["evidence"]["record_id"] for phase in phases[1:]] == [lead, lead, lead, became["deal_id"]]
    assert journey(office.bob, lead)[-1]["phase"] == "opportunity"
    with transaction(office.engine) as session:
        introduced = select(col(RecordLink.from_id)).where(col(RecordLink.label) == "introduced by")
        assert set(session.scalars(introduced)) == {lead, became["contact_id"]}


def test_a_converted_lead_is_read_and_not_changed(office: Office):
    lead = new_lead(office)["id"]
    became = made(convert(office.bob, lead))
    assert became["deal_id"] is None
    again = convert(office.bob, lead)
    assert (again.status_code, again.json()["type"]) == (409, "urn:sidenote:problem:already_converted")
    assert {key: again.json()[key] for key in became} == became
    assert office.bob.get(f"/api/v1/leads/{lead}/conversion").json() == became
    assert office.bob.get(f"/api/v1/records/{lead}").json()["values"]["status"] == "Converted"
    assert change(office.bob, lead, title="CEO").status_code == 409
    assert qualify(office.bob, lead, "New").status_code == 409


def test_a_refused_deal_leaves_the_lead_as_it_was(office: Office):
    lead = new_lead(office)["id"]
    assert convert(office.bob, lead, deal={"amount": "a lot"}).status_code == 422
    with transaction(office.engine) as session:
        assert session.scalars(select(col(Record.kind))).all() == ["lead"]


def test_a_lead_meets_those_who_are_known(office: Office):
    first = made(convert(office.bob, new_lead(office)["id"]))
    second = new_lead(office, email="dana+crm@quarry.example", name="D. Diaz")["id"]
    assert made(convert(office.bob, second)) == first
    third = new_lead(office, email="d.diaz@gmail.com", name="Dana", company_name="")["id"]
    chosen = made(convert(office.bob, third, contact_id=first["contact_id"], with_company=False))
    assert chosen == {**first, "company_id": None}
    with transaction(office.engine) as session:
        emails = session.get_one(Record, first["contact_id"]).data["email"]
        assert emails == ["dana@quarry.example", "d.diaz@gmail.com"]
        mail = select(col(RecordKey.value)).where(col(RecordKey.record_id) == first["contact_id"])
        assert "ddiaz@gmail.com" in session.scalars(mail.where(col(RecordKey.kind) == "email")).all()


def test_a_conversion_takes_only_what_its_member_may_see(office: Office):
    hers = made(convert(office.carol, new_lead(office, office.carol)["id"]))
    lead = new_lead(office, email="other@quarry.example")["id"]
    for choice in ({"contact_id": hers["contact_id"]}, {"company_id": hers["company_id"]}):
        assert convert(office.bob, lead, **choice).status_code == 404
    assert convert(office.bob, lead, company_id=lead).json()["field"] == "company_id"
    assert convert(office.carol, lead).status_code == 404
    assert convert(office.mallory, lead).status_code == 404
    assert made(convert(office.bob, lead))["company_id"] != hers["company_id"]


def test_a_conversion_insists_on_the_version_it_saw(office: Office):
    lead = new_lead(office)["id"]
    answer = office.bob.post(f"/api/v1/leads/{lead}/conversion", json={}, headers={"If-Match": '"7"'})
    assert answer.status_code == 412


def test_two_who_convert_at_once_make_one_customer(office: Office):
    lead = new_lead(office)["id"]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda client: convert(client, lead, deal={}), (office.bob, office.alice)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    with transaction(office.engine) as session:
        counted = dict(session.execute(select(col(Record.kind), func.count()).group_by(col(Record.kind))).all())
        assert counted == {"lead": 1, "contact": 1, "company": 1, "deal": 1}


def test_two_leads_of_one_person_at_once_share_the_contact(office: Office):
    leads = [new_lead(office)["id"], new_lead(office, email="Dana+x@quarry.example")["id"]]
    with ThreadPoolExecutor(2) as pool:
        answers = [made(answer) for answer in pool.map(lambda lead: convert(office.bob, lead), leads)]
    assert answers[0] == answers[1]


def test_customers_are_made_and_unmade_by_their_deals(office: Office):
    became = made(convert(office.bob, new_lead(office)["id"], deal={"name": "Crusher"}))
    people = (became["contact_id"], became["company_id"])
    move(office, became["deal_id"], WON)
    for each in people:
        values = office.bob.get(f"/api/v1/records/{each}").json()["values"]
        assert (values["lifecycle"], values["customer_since"]) == ("Customer", utcnow().date().isoformat())
    move(office, became["deal_id"], "Proposal")
    for each in people:
        values = office.bob.get(f"/api/v1/records/{each}").json()["values"]
        assert (values["lifecycle"], values["customer_since"]) == ("Opportunity", None)
        saves = office.bob.get(f"/api/v1/records/{each}/history").json()["items"]
        told = [(one["old"], one["new"]) for save in saves for one in save["changes"] if one["key"] == "lifecycle"]
        assert told[:2] == [("Customer", "Opportunity"), ("Opportunity", "Customer")]


def test_two_deals_won_at_once_make_one_customer_who_renewed(office: Office):
    became = made(convert(office.bob, new_lead(office)["id"], deal={"name": "One"}))
    values = {"name": "Two", "company": became["company_id"]}
    path = f"/api/v1/folders/{office.folder('deal')}/records"
    other = made(office.bob.post(path, json={"values": values}))["id"]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda deal: move(office, deal, WON), (became["deal_id"], other)))
    phases = [phase["phase"] for phase in journey(office.bob, became["company_id"])]
    assert phases == ["first_touch", "lead", "opportunity", "customer", "renewal"]


@pytest.mark.parametrize("path", ["leads/{}/qualification", "leads/{}/conversion", "records/{}/journey"])
def test_what_is_out_of_sight_is_not_found(office: Office, path: str):
    lead = new_lead(office)["id"]
    for client in (office.carol, office.mallory):
        assert client.get(f"/api/v1/{path.format(lead)}").status_code == 404
    assert office.bob.get(f"/api/v1/{path.format(lead)}").status_code == 200


def test_only_leads_are_qualified_and_only_people_have_a_journey(office: Office):
    path = f"/api/v1/folders/{office.folder('product')}/records"
    drill = made(office.alice.post(path, json={"values": {"name": "Drill"}}))["id"]
    assert qualify(office.alice, drill, "MQL").status_code == 422
    assert convert(office.alice, drill).status_code == 422
    assert office.alice.get(f"/api/v1/records/{drill}/journey").status_code == 404


def test_the_timeline_of_an_mql_lists_what_made_its_score(office: Office):
    lead = new_lead(office)["id"]
    for score in (20, 30, 55):
        change(office.bob, lead, score=score)
    entries = office.bob.get(f"/api/v1/records/{lead}/timeline", params={"type": "qualified"}).json()["items"]
    assert [entry["title"] for entry in entries] == ["Became an MQL with a score of 55"]
    assert entries[0]["summary"] == "0 → 20, 20 → 30, 30 → 55"
    with transaction(office.engine) as session:
        for step in entries[0]["data"]["contributions"]:
            assert session.get_one(Event, step["event"]).data["changes"]["score"] == [step["from"], step["to"]]


def test_a_journey_tells_nothing_that_is_hidden(office: Office):
    lead = new_lead(office, source="Referral", owner=office.cast.bob.member_id)["id"]
    became = made(convert(office.bob, lead, deal={"name": "Crusher"}))
    contact = became["contact_id"]
    known = [phase["phase"] for phase in journey(office.bob, contact)]
    assert known == ["first_touch", "lead", "opportunity"]
    assert journey(office.bob, contact)[0]["evidence"]["detail"]["lead"] == lead
    rep = next(role["id"] for role in office.alice.get("/api/v1/roles").json()["items"] if role["name"] == "Rep")
    fields = office.alice.get(f"/api/v1/folders/{office.folder('contact')}/fields").json()["items"]
    for field in fields:
        if field["key"] in ("source", "lifecycle"):
            grant = f"/api/v1/roles/{rep}/field-grants/{field['id']}"
            assert office.alice.put(grant, json={"access": "hidden"}).status_code == 200
    told = journey(office.bob, contact)
    assert [phase["phase"] for phase in told] == ["first_touch"]
    assert "source" not in told[0]["evidence"]["detail"]
    assert journey(office.alice, contact)[0]["evidence"]["detail"]["source"] == "Referral"


def test_a_comment_of_a_lead_is_changed_after_its_conversion(office: Office):
    """It stands on the contact, company and deal by then, too."""
    lead = new_lead(office)["id"]
    comment = made(office.bob.post(f"/api/v1/records/{lead}/comments", json={"text": "Ask again"}))["id"]
    made(convert(office.bob, lead, deal={"name": "Crusher"}))
    changed = office.bob.patch(f"/api/v1/timeline/{comment}", json={"text": "@Alice Fairfield, ask again"})
    assert changed.status_code == 200, changed.text
    assert office.alice.get("/api/v1/notifications").json()["items"][0]["record_id"] == lead
