"""What machines call: people as JSON, Google's push, health and metrics."""

import base64
import json
import time
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.core import jobs
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.hot import reading
from app.records.deals import create_deal
from app.records.keys import email_key
from app.records.service import create_record
from app.timeline.glance import glance, person_by_email
from app.timeline.notes import add_note
from app.timeline.tasks import add_task
from app.workspaces.access import Viewer
from app.workspaces.api_keys import create_api_key, read_key_holder
from models import ApiKey, Mailbox, Member
from tests.cast import Cast
from tests.web.site import PUSH_ACCOUNT, Site


def key_of(site: Site, viewer: Viewer) -> dict[str, str]:
    with transaction(site.context.engine) as session:
        return {"Authorization": f"Bearer {create_api_key(session, viewer=viewer, name='test')[1]}"}


def write_dana(session: Session, viewer: Viewer) -> str:
    """Dana of Quarry, a deal of hers, a task and a note: all of `viewer`'s."""
    values = {"name": "Quarry", "domain": "quarry.example"}
    company = create_record(session, workspace_id=viewer.workspace_id, kind="company", values=values, viewer=viewer)
    person = {"name": "Dana Diaz", "email": "dana@quarry.example", "company": company.id}
    dana = create_record(session, workspace_id=viewer.workspace_id, kind="contact", values=person, viewer=viewer)
    deal = {"name": "Crusher", "amount": "1,200.50", "company": company.id}
    create_deal(session, viewer=viewer, values=deal, contact_ids=[dana.id])
    add_task(session, viewer=viewer, title="Call Dana", due_at=utcnow() + timedelta(days=1), record_ids=[dana.id])
    add_note(session, viewer=viewer, record_ids=[dana.id], text="Likes granite.")
    return dana.id


@pytest.fixture
def dana(site: Site, cast: Cast) -> str:
    with transaction(site.context.engine) as session:
        return write_dana(session, cast.bob)


def test_a_person_comes_with_company_deals_tasks_and_timeline(site: Site, cast: Cast, dana: str):
    answer = site.client.get("/api/v1/people/Dana+crm@Quarry.example", headers=key_of(site, cast.bob))
    assert answer.status_code == 200
    seen = answer.json()
    assert seen["person"]["id"] == dana
    assert seen["person"]["owner_name"] == "Bob Berg"
    assert seen["person"]["company"]["name"] == "Quarry"
    assert [(deal["name"], deal["amount"], deal["currency"]) for deal in seen["deals"]] == [("Crusher", 120050, "EUR")]
    assert (seen["open_count"], seen["open_value"]) == (1, 120050)
    assert [task["title"] for task in seen["tasks"]] == ["Call Dana"]
    told = [(entry["type"], entry["summary"] or entry["title"]) for entry in seen["entries"]]
    assert told == [("note", "Likes granite."), ("task", "Task: Call Dana"), ("change", "Lifecycle: – → Opportunity")]
    assert seen["entries"][0]["occurred_at"].endswith("+00:00")


def test_people_are_found_only_by_those_who_may_see_them(site: Site, cast: Cast, dana: str):
    for viewer, status in ((cast.alice, 200), (cast.bob, 200), (cast.carol, 404), (cast.mallory, 404)):
        answer = site.client.get("/api/v1/people/dana@quarry.example", headers=key_of(site, viewer))
        assert answer.status_code == status
        assert ("Dana" in answer.text) == (status == 200)


def test_the_answer_for_hidden_people_is_that_for_nobody(site: Site, cast: Cast, dana: str):
    key = key_of(site, cast.carol)
    hidden = site.client.get("/api/v1/people/dana@quarry.example", headers=key)
    nobody = site.client.get("/api/v1/people/nobody@quarry.example", headers=key)
    assert hidden.json() == nobody.json()


def test_a_person_costs_five_statements(site: Site, cast: Cast, dana: str):
    with reading(site.context.engine) as reader:
        assert read_key_holder(reader, key_hash="none", now=utcnow()) is None
        found = person_by_email(reader, viewer=cast.bob, key=email_key("dana@quarry.example"))
        assert found
        glance(reader, viewer=cast.bob, person=found)
        assert reader.statements == 5


def test_callers_without_a_key_are_refused(site: Site, cast: Cast):
    for header in ("", "Bearer", "Bearer sn_unknown", "Basic abc", "Bearer ü"):
        answer = site.client.get("/api/v1/people/dana@quarry.example", headers={"Authorization": header.encode()})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    assert site.client.get("/api/v1/people/dana@quarry.example").status_code == 401


def test_expired_keys_and_keys_of_removed_members_are_refused(site: Site, cast: Cast, dana: str):
    bobs, alices = key_of(site, cast.bob), key_of(site, cast.alice)
    with transaction(site.context.engine) as session:
        session.get_one(Member, cast.bob.member_id).active = False
        for key in session.scalars(select(ApiKey).where(col(ApiKey.member_id) == cast.alice.member_id)):
            key.expires_at = utcnow() - timedelta(seconds=1)
    for headers in (bobs, alices):
        assert site.client.get("/api/v1/people/dana@quarry.example", headers=headers).status_code == 401


def test_problems_have_one_shape(site: Site, cast: Cast):
    answer = site.client.get("/api/v1/people/nobody@quarry.example", headers=key_of(site, cast.bob))
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem == {
        "type": "urn:sidenote:problem:not_found",
        "title": "Not found",
        "status": 404,
        "detail": "email: nobody with this address is in your part of the workspace.",
        "field": "email",
    }
    for path, status in (("/api/v1/nothing", 404), ("/gmail/push", 405)):
        wrong = site.client.get(path)
        assert wrong.headers["content-type"] == "application/problem+json"
        assert wrong.json()["status"] == wrong.status_code == status


def test_odd_addresses_are_nobodys(site: Site, cast: Cast):
    key = key_of(site, cast.bob)
    for email in ("%00", "a%00@b.example", "%F0%9F%98%80", "x" * 2000, "%FF", "'; drop table record"):
        assert site.client.get(f"/api/v1/people/{email}", headers=key).status_code == 404


def push_token(site: Site, **changed: object) -> dict[str, str]:
    now = int(time.time())
    claims = {
        "iss": "https://accounts.google.com",
        "aud": f"{site.url}/gmail/push",
        "email": PUSH_ACCOUNT,
        "email_verified": True,
        "sub": "1",
        "iat": now,
        "exp": now + 600,
    }
    return {"Authorization": f"Bearer {site.emulator.signer.sign(claims | changed)}"}


def notice(address: str) -> bytes:
    data = base64.urlsafe_b64encode(json.dumps({"emailAddress": address, "historyId": 7}).encode()).decode()
    return json.dumps({"message": {"data": data, "messageId": "1"}, "subscription": "s"}).encode()


def is_dirty(site: Site, cast: Cast) -> bool:
    with transaction(site.context.engine) as session:
        return session.get_one(Mailbox, cast.mailboxes[cast.bob.member_id]).dirty_at is not None


def test_a_push_wakes_its_mailbox(site: Site, cast: Cast):
    for _ in range(2):
        answer = site.client.post("/gmail/push", content=notice(cast.bob.email), headers=push_token(site))
        assert (answer.status_code, answer.content) == (204, b"")
    assert is_dirty(site, cast)
    with transaction(site.context.engine) as session:
        assert jobs.health(session).queues.get("sync") == 1


def test_a_push_for_a_mailbox_we_do_not_know_is_done_with(site: Site, cast: Cast):
    answer = site.client.post("/gmail/push", content=notice("nobody@fairfield.example"), headers=push_token(site))
    assert answer.status_code == 204


def test_pushes_without_googles_word_are_refused(site: Site, cast: Cast):
    for changed in (
        {"aud": "https://elsewhere.example/gmail/push"},
        {"exp": 1_700_000_000, "iat": 1_699_999_000},
        {"email": "mallory@elsewhere.example"},
        {"email_verified": False},
        {"iss": "https://elsewhere.example"},
    ):
        answer = site.client.post("/gmail/push", content=notice(cast.bob.email), headers=push_token(site, **changed))
        assert answer.status_code == 401
    assert not is_dirty(site, cast)


def test_forged_pushes_are_refused(site: Site, cast: Cast):
    forged = push_token(site)["Authorization"][:-6] + "AAAAAA"
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": forged}):
        assert site.client.post("/gmail/push", content=notice(cast.bob.email), headers=headers).status_code == 401
    assert not is_dirty(site, cast)


def test_malformed_and_oversized_pushes_are_refused(site: Site):
    for body, status in ((b"", 400), (b"{}", 400), (b'{"message": {"data": "!"}}', 400), (b"x" * 70_000, 413)):
        answer = site.client.post("/gmail/push", content=body, headers=push_token(site))
        assert answer.status_code == answer.json()["status"] == status


def test_no_surface_reads_on_past_a_megabyte(site: Site, cast: Cast):
    answer = site.browser(cast.alice).client.post("/exclusions", data={"value": "x" * 1_200_000})
    assert answer.status_code == 413


def test_health(site: Site):
    assert site.client.get("/healthz").json() == {"status": "ok"}
    ready = site.client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["checks"] == {"database": True, "schema": True, "worker": False}
    with jobs.Worker(site.context.settings, site.context.engine, slot="test"):
        assert site.client.get("/readyz").json() == {
            "status": "ok",
            "checks": {"database": True, "schema": True, "worker": True},
        }


def test_metrics_tell_of_mailboxes_without_naming_anybody(site: Site, cast: Cast, dana: str):
    site.client.get("/api/v1/people/dana@quarry.example", headers=key_of(site, cast.bob))
    site.client.get("/nothing/dana@quarry.example")
    text = site.client.get("/metrics").text
    assert f'sidenote_sync_lag_seconds{{mailbox="{cast.mailboxes[cast.bob.member_id]}",state="live"}}' in text
    assert 'sidenote_request_seconds_count{route="/api/v1/people/{email}",status="200"} 1.0' in text
    assert 'route="other",status="404"' in text
    assert "sidenote_events_overdue" in text
    assert "@" not in text
    assert "dana" not in text
