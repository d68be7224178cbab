"""The demo page in Chromium: one browser for a test run, one demo for a module, a fresh context for each test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.demo.harness import DemoSite, running_demo
from tests.demo.sidebar import SidebarPage


@pytest.fixture(scope="module")
def running_site() -> Iterator[DemoSite]:
    with running_demo() as site:
        yield site


@pytest.fixture
def site(running_site: DemoSite) -> DemoSite:
    """The demo with the add-on as it is at the start; mail that a test reads or sends stays."""
    running_site.addon.calls.clear()
    running_site.addon.message_answer = None
    running_site.addon.broken = False
    return running_site


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Europe/London")
    opened.set_default_timeout(5_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, site: DemoSite) -> Page:
    """The page with the inbox loaded and the home card shown."""
    opened = context.new_page()
    opened.goto(f"{site.url}/demo")
    opened.locator(".card").wait_for()
    opened.locator(".thread-row").first.wait_for()
    return opened


@pytest.fixture
def sidebar(page: Page, site: DemoSite) -> SidebarPage:
    return SidebarPage(page, site.addon)
