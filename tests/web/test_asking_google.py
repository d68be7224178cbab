"""While Google is asked, which may take its time, the store is nobody's to wait for."""

import base64
import json
import sqlite3
import time
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlmodel import col

from app.core.database import transaction
from app.core.jobs import JobContext
from models import Mailbox, Member
from sync.workspace_changes import disconnect_leaver
from tests.stage import AppStage
from tests.web.site import PUSH_ACCOUNT, Site

ALICE = "alice@fairfield.example"


def is_held(engine: Engine) -> bool:
    """Whether anybody keeps a transaction open: on SQLite, one that writes."""
    if engine.dialect.name == "postgresql":
        idle = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in t%'"
        with engine.connect() as connection:
            return bool(connection.execute(text(idle)).scalar())
    with sqlite3.connect(str(engine.url.database), timeout=0, isolation_level=None) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        connection.execute("ROLLBACK")
    return False


@pytest.fixture
def asked(site: Site, stages: tuple[AppStage, AppStage]) -> dict[str, bool]:
    """Paths at Google that were asked, and whether a transaction was open meanwhile."""
    seen: dict[str, bool] = {}

    async def watched(scope: Any, receive: Any, send: Any) -> None:
        seen[scope["path"]] = seen.get(scope["path"], False) or is_held(site.context.engine)
        await site.emulator.asgi(scope, receive, send)

    stages[0].show = watched
    return seen


def test_signing_in_and_connecting_hold_nothing(site: Site, asked: dict[str, bool]):
    browser = site.browser()
    browser.sign_in(ALICE)
    browser.sign_in(ALICE, path="/connect")
    assert {path: asked[path] for path in ("/token", "/oauth2/v1/certs")} == {
        "/token": False,
        "/oauth2/v1/certs": False,
    }


def test_disconnecting_holds_nothing(site: Site, asked: dict[str, bool]):
    browser = site.browser()
    browser.sign_in(ALICE, path="/connect")
    browser.post(f"/mailboxes/{mailbox_id(site)}/disconnect")
    assert asked["/revoke"] is False


def test_a_leavers_mailbox_is_given_up_and_holds_nothing(site: Site, asked: dict[str, bool]):
    site.browser().sign_in(ALICE, path="/connect")
    with transaction(site.context.engine) as session:
        session.scalars(select(Member)).one().active = False
    disconnect_leaver(JobContext(site.context.settings, site.context.engine), mailbox_id(site))
    assert asked["/revoke"] is False
    with transaction(site.context.engine, read_only=True) as session:
        assert session.scalars(select(col(Mailbox.state))).one() == "disabled"


def test_a_push_holds_nothing_while_its_token_is_verified(site: Site, asked: dict[str, bool]):
    now = int(time.time())
    claims = {"iss": "https://accounts.google.com", "aud": site.context.settings.push_url, "sub": "1", "iat": now}
    token = site.emulator.signer.sign(claims | {"exp": now + 60, "email": PUSH_ACCOUNT, "email_verified": True})
    data = base64.urlsafe_b64encode(json.dumps({"emailAddress": ALICE, "historyId": 1}).encode()).decode()
    answer = site.client.post(
        "/gmail/push", json={"message": {"data": data}}, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 204
    assert asked == {"/oauth2/v1/certs": False}


def mailbox_id(site: Site) -> str:
    with transaction(site.context.engine, read_only=True) as session:
        return session.scalars(select(col(Mailbox.id))).one()
