"""A rep writes to a customer with the demo's sidebar, in Chromium: texts, the deal, a reminder, and off it goes."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.bench.servers import free_port

pytestmark = pytest.mark.browser

MARIJKE = "marijke@veldkamp-textiles.example"
DEAL = "Colour measurement, second dye line"
DESKTOP, PHONE = (1440, 900), (390, 844)
START_SECONDS = 60


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo whose mail is synced; its deals follow at once."""
    port, folder = free_port(), tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "app.cli", "demo", "--port", str(port), "--data-dir", str(folder)]
    with (folder / "output").open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            wait_until_synced(process, f"http://127.0.0.1:{port}", folder / "output")
            yield f"http://127.0.0.1:{port}/demo"
        finally:
            process.terminate()
            process.wait(20)


def wait_until_synced(process: subprocess.Popen[bytes], url: str, output: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/demo/api/progress").json()["done"]:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail(f"the demo did not start: {output.read_text()[-2000:]}")


@pytest.fixture
def opened(browser: Browser, demo: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = getattr(request, "param", DESKTOP)
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(demo)
    page.locator(".thread-row").first.wait_for()
    yield page
    context.close()


def write_to(page: Page, address: str, subject: str) -> Locator:
    """Begin a mail, and open the add-on beside it; returns the body of the mail."""
    page.locator("#compose").click()
    page.get_by_label("To", exact=True).fill(address)
    page.get_by_label("Subject").fill(subject)
    body = page.get_by_role("textbox", name="Message text")
    body.click()
    page.get_by_role("dialog").get_by_role("button", name="Sidenote").click()
    page.locator("#sidebar .card").wait_for()
    return body


def press(page: Page, name: str) -> None:
    page.locator("#sidebar").get_by_role("button", name=name, exact=True).click()


def choose(page: Page, label: str, option: str) -> None:
    dropdown = page.locator("#sidebar").get_by_label(label, exact=True)
    dropdown.select_option(label=option)
    expect(page.locator("#live")).to_contain_text("Saved for when you send it")
    expect(dropdown.locator("option:checked")).to_have_text(option)


def test_a_mail_is_written_sent_logged_on_its_deal_and_followed_up(opened: Page) -> None:
    page, sidebar = opened, opened.locator("#sidebar")
    body = write_to(page, MARIJKE, "The dye line, once more")
    expect(sidebar).to_contain_text("To Marijke Veldkamp")
    expect_in_sidebar(page, re.compile(f"{DEAL}: Negotiation"))
    press(page, "Snippets")
    press(page, "New snippet")
    sidebar.get_by_label("Name", exact=True).fill("Once more")
    sidebar.get_by_label("Text", exact=True).fill("Dear {{first_name|customer}},\nabout {{deal}}: any news?\n{{me}}")
    press(page, "Save snippet")
    page.get_by_role("button", name="Back", exact=True).click()
    row = sidebar.locator(".row", has_text="Dear Marijke")
    row.get_by_role("button", name="Insert", exact=True).click()
    expect(body).to_contain_text(f"Dear Marijke,\nabout {DEAL}: any news?\nBob Fairfield", use_inner_text=True)
    choose(page, "Deal", f"{DEAL}: Negotiation")
    choose(page, "If nobody replies", "Remind me in 3 working days")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("button", name="Sent", exact=True).click()
    page.locator(".thread-row", has_text="The dye line, once more").click()
    expect_in_sidebar(page, re.compile("Follow up with Marijke Veldkamp"))
    expect_in_sidebar(page, re.compile(f"Logged to .*{DEAL}"))


def expect_in_sidebar(page: Page, text: re.Pattern[str]) -> None:
    """Sync and what follows it take a moment: the person asks again until it is there."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        page.wait_for_timeout(500)
        if text.search(page.locator("#sidebar").inner_text()):
            return
        page.get_by_role("button", name="Sidenote menu").click()
        page.get_by_role("menuitem", name="Refresh").click()
    expect(page.locator("#sidebar")).to_contain_text(text)


@pytest.mark.parametrize("opened", [PHONE], indirect=True)
def test_on_a_phone_a_field_is_put_into_the_mail(opened: Page) -> None:
    page = opened
    body = write_to(page, MARIJKE, "From the train")
    expect(page.locator("#sidebar")).to_contain_text("To Marijke Veldkamp")
    page.locator("#sidebar").get_by_label("Field").select_option(label="Company: Domain – veldkamp-textiles.example")
    insert = page.locator("#sidebar").get_by_role("button", name="Insert field")
    insert.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sidebar")).to_be_hidden()
    expect(body).to_have_text("veldkamp-textiles.example")
    expect(body).to_be_focused()
