"""The pages in Chromium: on a desk and on a phone, in light and dark, for eyes, screen readers and keyboards."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlmodel import Session

from app.core.clock import utcnow
from app.core.database import transaction
from app.workspaces.invitations import invite
from app.workspaces.roles import roles
from models import Mailbox, MailboxMessage, Member
from sync.by_hand import exclude
from tests.cast import Cast, add_mailbox
from tests.conftest import Copy, Database
from tests.web.site import Site

pytestmark = pytest.mark.browser

SIZES = {"desk": (1440, 900), "phone": (390, 844)}
PAGES = ("/", "/members", "/members/{bob}", "/workspace", "/nothing")


@pytest.fixture
def database(sqlite_copy: Copy, tmp_path: Path) -> Iterator[Database]:
    """How pages look does not depend on the database."""
    with sqlite_copy(tmp_path) as copied:
        yield copied


def furnish(site: Site, cast: Cast) -> None:
    """A workspace in use: mailboxes in several states, an invitation, exclusions, a member who left."""
    with transaction(site.context.engine) as session:
        importing = session.get_one(Mailbox, cast.mailboxes[cast.alice.member_id])
        importing.state = "backfill"
        _fill(session, importing)
        lost = session.get_one(
            Mailbox, add_mailbox(session, cast.alice, address="sales@fairfield.example", state="reconnect")
        )
        lost.last_error = "Google no longer lets Sidenote read this mailbox: connect the mailbox again."
        rep = next(role for role in roles(session, viewer=cast.alice) if role.name == "Rep")
        invite(session, viewer=cast.alice, email="dora@fairfield.example", role_ids=[rep.id])
        exclude(session, viewer=cast.alice, kind="address", value="doctor@clinic.example", workspace_wide=False)
        exclude(session, viewer=cast.alice, kind="domain", value="bank.example", workspace_wide=True)
        carol = session.get_one(Member, cast.carol.member_id)
        carol.active, carol.name = False, "Carol-Alexandra Chen-Vandenberghe-Montgomery of the Southern Territories"


def _fill(session: Session, mailbox: Mailbox) -> None:
    for number in range(40):
        outcome, reason = ("filtered", "draft") if number % 4 == 0 else ("stored", None)
        session.add(
            MailboxMessage(
                mailbox_id=mailbox.id,
                gmail_id=f"{number:x}",
                workspace_id=mailbox.workspace_id,
                gmail_thread_id="1",
                outcome=outcome,
                reason=reason,
                recorded_at=utcnow(),
            )
        )


@pytest.fixture(params=[(size, scheme) for size in SIZES for scheme in ("light", "dark")], ids="-".join)
def window(request: pytest.FixtureRequest, browser: Browser, site: Site, cast: Cast) -> Iterator[BrowserContext]:
    """Signed in as Alice."""
    size, scheme = request.param
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, base_url=site.url)
    context.set_default_timeout(5_000)
    session = site.context.vault.sign("session", cast.alice.member_id, seconds=600)
    context.add_cookies([{"name": "sidenote_session", "value": session, "url": site.url}])
    yield context
    context.close()


def check(page: Page, name: str) -> None:
    """No accessibility violation, nothing wider than the window, nothing that the policy blocked."""
    page.wait_for_load_state("load")
    violations = Axe().run(page)["violations"]
    assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if folder := os.environ.get("SIDENOTE_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_pages_in_use_are_accessible_and_fit(window: BrowserContext, site: Site, cast: Cast, request):
    furnish(site, cast)
    page = window.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for path in PAGES:
        page.goto(path.format(bob=cast.bob.member_id))
        for summary in page.locator("summary").all():
            summary.click()
        check(page, f"used{path.translate({47: 45, 123: None, 125: None})}-{request.node.callspec.id}")
    assert [text for text in complaints if "404" not in text] == []


def test_the_first_pages_are_accessible_and_fit(window: BrowserContext, site: Site, cast: Cast, request):
    page = window.new_page()
    with transaction(site.context.engine) as session:
        session.delete(session.get_one(Mailbox, cast.mailboxes[cast.alice.member_id]))
    page.goto("/")
    expect(page.get_by_role("link", name="Connect Gmail")).to_be_visible()
    check(page, f"empty-{request.node.callspec.id}")
    window.clear_cookies()
    page.goto("/")
    expect(page.get_by_role("link", name="Sign in with Google")).to_be_visible()
    check(page, f"welcome-{request.node.callspec.id}")


@pytest.mark.parametrize("window", [("desk", "light")], indirect=True, ids=["desk"])
def test_everything_can_be_done_from_the_keyboard(window: BrowserContext, site: Site, cast: Cast):
    page = window.new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_label("Address or domain").focus()
    page.keyboard.type("bank.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("stays out")
    lift = page.get_by_role("button", name="Let in again bank.example")
    lift.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your doctor, your bank")).to_be_visible()
    page.goto("/members")
    page.get_by_label("Email").fill("bob@fairfield.example")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("a member already")
    expect(page.get_by_label("Email")).to_have_value("bob@fairfield.example")


@pytest.mark.parametrize("window", [("phone", "dark")], indirect=True, ids=["phone"])
def test_a_stranger_s_invitation_is_a_clear_question(window: BrowserContext, site: Site, cast: Cast):
    with transaction(site.context.engine) as session:
        rep = next(role for role in roles(session, viewer=cast.mallory) if role.name == "Rep")
        invite(session, viewer=cast.mallory, email="sales@fairfield.example", role_ids=[rep.id])
    window.clear_cookies()
    page = window.new_page()
    page.goto("/signin")
    page.locator("[name=account][value='sales@fairfield.example'], select[name=account]").first.click()
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("heading", name="You are invited")).to_be_visible()
    check(page, "choice")
    page.get_by_role("link", name="Go on without joining").click()
