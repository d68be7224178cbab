"""The page on which a customer answers a quote: whoever has the link, nobody else, and only once."""

import io
import os
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from sqlmodel import col, select

from app.core.clock import utcnow
from app.core.database import transaction
from app.records.quotes.lines import NewLine, set_lines
from app.records.quotes.versions import send_quote
from app.records.service import create_record
from app.records.shelf import delete_record
from models import QuoteVersion, Record
from tests.cast import Cast
from tests.web.site import Site, words

HOSTILE = '<script>alert(1)</script><a href="//evil.example">x</a>'


@pytest.fixture
def quote_id(site: Site, cast: Cast) -> str:
    with transaction(site.context.engine) as session:
        values = {"name": "Two crushers", "terms": f"Net 30\n{HOSTILE}", "discount_percent": 10}
        quote = create_record(session, workspace_id=cast.workspace_id, kind="quote", values=values, viewer=cast.bob)
        lines = [
            NewLine(description="Crusher 王小明", quantity=Decimal(2), unit_price=12_345_00, tax_percent=Decimal(20)),
            NewLine(description=HOSTILE, quantity=Decimal("1.5"), unit_price=80_00, tax_percent=Decimal(7)),
        ]
        set_lines(session, viewer=cast.bob, quote_id=quote.id, lines=lines)
        return quote.id


def send(site: Site, cast: Cast, quote_id: str) -> str:
    """Returns the path of the customer's page."""
    with transaction(site.context.engine) as session:
        return f"/quotes/{send_quote(session, viewer=cast.bob, quote_id=quote_id, vault=site.context.vault)[1]}"


@pytest.fixture
def path(site: Site, cast: Cast, quote_id: str) -> str:
    return send(site, cast, quote_id)


@pytest.fixture
def customer(site: Site) -> httpx.Client:
    return site.browser().client


def state(site: Site) -> list[tuple[str, str, str]]:
    with transaction(site.context.engine, read_only=True) as session:
        query = select(col(QuoteVersion.state), col(QuoteVersion.answered_by), col(QuoteVersion.reason))
        return [tuple(row) for row in session.execute(query.order_by(col(QuoteVersion.version)))]


def accept(customer: httpx.Client, path: str, **form: str) -> httpx.Response:
    return customer.post(f"{path}/acceptance", data={"name": "Dana Diaz", "agreed": "yes", **form})


def decline(customer: httpx.Client, path: str, **form: str) -> httpx.Response:
    return customer.post(f"{path}/refusal", data={"reason": "Too dear", "sure": "yes", **form})


def test_the_page_shows_the_quote_and_lets_nothing_in_or_out(customer: httpx.Client, path: str):
    answer = customer.get(path)
    text = words(answer)
    for part in ("Quote Q-0001-1", "Two crushers", "Crusher 王小明", "€24,690.00", "Valid until", "Bob Berg", "Net 30"):
        assert part in text
    assert HOSTILE not in answer.text
    assert "<script" not in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert answer.headers["cache-control"] == "no-store"
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    document = customer.get(f"{path}/document.pdf")
    assert "noindex" in document.headers["x-robots-tag"]
    assert "Quote Q-0001-1" in PdfReader(io.BytesIO(document.content)).pages[0].extract_text()


def test_accepting_needs_a_name_and_the_box_and_counts_once(site: Site, customer: httpx.Client, path: str):
    for form in ({"name": ""}, {"name": " "}, {"agreed": ""}):
        refused = accept(customer, path, **form)
        assert refused.status_code == 422
        assert 'role="alert"' in refused.text
    assert state(site) == [("sent", "", "")]
    answer = accept(customer, path)
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert "Accepted by Dana Diaz" in words(customer.get(path))
    assert accept(customer, path, name="Somebody Else").status_code == 303
    assert decline(customer, path).status_code == 409
    assert state(site) == [("accepted", "Dana Diaz", "")]
    assert site.events("quote.accepted") == ["quote.accepted"]
    assert 'action="' not in customer.get(path).text


def test_declining_may_say_why(site: Site, customer: httpx.Client, path: str):
    assert decline(customer, path, sure="").status_code == 422
    assert decline(customer, path).status_code == 303
    assert state(site) == [("declined", "", "Too dear")]
    assert "Declined" in words(customer.get(path))
    assert accept(customer, path).status_code == 409
    assert site.events("quote.declined") == ["quote.declined"]


def test_looking_changes_nothing(site: Site, customer: httpx.Client, path: str):
    before = site.events("")
    for _ in range(2):
        for part in ("", "/document.pdf"):
            assert customer.get(path + part).status_code == 200
        assert customer.get(f"{path}/acceptance").status_code == 405
        assert customer.get(f"{path}/refusal").status_code == 405
        assert customer.head(path).status_code == 405
    assert site.events("") == before
    assert state(site) == [("sent", "", "")]


def test_an_expired_quote_can_be_read_but_not_accepted(site: Site, customer: httpx.Client, path: str):
    with transaction(site.context.engine) as session:
        session.scalars(select(QuoteVersion)).one().valid_until = (utcnow() - timedelta(days=2)).date()
    assert "was valid until" in words(customer.get(path))
    assert accept(customer, path).status_code == 409
    assert state(site) == [("sent", "", "")]


def test_a_replaced_quote_leads_to_the_newer_one_only(
    site: Site, cast: Cast, customer: httpx.Client, path: str, quote_id: str
):
    newer = send(site, cast, quote_id)
    assert "newer version" in words(customer.get(path))
    assert accept(customer, path).status_code == 409
    assert accept(customer, newer).status_code == 303
    assert [row[0] for row in state(site)] == ["replaced", "accepted"]


def test_other_links_lead_nowhere(site: Site, cast: Cast, customer: httpx.Client, path: str, quote_id: str):
    for wrong in ("/quotes/x", "/quotes/%00", path[:-1], f"{path}x"):
        assert customer.get(wrong).status_code == 404
        assert accept(customer, wrong).status_code == 404
    with transaction(site.context.engine) as session:
        session.get_one(Record, quote_id).owner_id = None
        delete_record(session, viewer=cast.alice, record_id=quote_id)
    assert customer.get(path).status_code == 404
    assert accept(customer, path).status_code == 404


def test_nobody_tries_links_in_a_hurry(customer: httpx.Client, path: str):
    answers = [customer.get(f"/quotes/guess{number}").status_code for number in range(80)]
    assert (answers[0], answers[-1]) == (404, 429)
    assert customer.get(path).status_code == 429


@pytest.fixture(params=[("desk", "light", 1440), ("phone", "dark", 390)], ids=["desk", "phone"])
def window(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    _, scheme, width = request.param
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme, base_url=site.url)
    context.set_default_timeout(5_000)
    yield context.new_page()
    context.close()


def check(page: Page, name: str) -> None:
    page.wait_for_load_state("load")
    violations = Axe().run(page)["violations"]
    assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if folder := os.environ.get("SIDENOTE_SHOTS"):
        page.screenshot(path=Path(folder) / f"quote-{name}.png", full_page=True)


@pytest.mark.browser
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_customer_accepts_in_the_browser(window: Page, path: str, request: pytest.FixtureRequest):
    size = request.node.callspec.id.rpartition("-")[2]
    complaints: list[str] = []
    window.on("console", lambda message: complaints.append(message.text))
    window.goto(path)
    window.get_by_text("Decline this quote").click()
    check(window, f"open-{size}")
    window.get_by_label("Your name", exact=True).fill("Dana Diaz")
    window.get_by_label("I accept this quote").check()
    window.get_by_role("button", name="Accept").click()
    expect(window.get_by_role("status")).to_contain_text("Accepted by Dana Diaz")
    check(window, f"accepted-{size}")
    assert complaints == []
