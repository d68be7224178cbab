"""Every card of the sidebar, reached in the demo as a rep reaches it: for the pictures of all of them.

A stop begins at the page as it was just opened, so that each can be drawn by itself and in any order. None saves
anything: what is drawn is the same in every theme and width.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, Route, expect

from gmail_addon.site import MESSAGE_PATH

DEAL = "Colour measurement for the new dye line"
STRANGER = "Water quality probes for three loch sites"
KNOWN = "NB-150 drifting AGAIN"
SEVERAL = "Replacing our lab spectrometers"
HIDDEN = "Resin colour: do you cover Rotterdam too?"
COLLEAGUES = "Pipeline review on Thursday"
BULK = "LabExpo: early tickets end on Sunday"
SIGNED = "Spare parts for next year"
NEWCOMER = "Carol Adeyemi"
CUSTOMER = "marijke@veldkamp-textiles.example"


@dataclass(frozen=True)
class Window:
    """The demo's page; on a phone its panels stand one at a time."""

    page: Page
    is_phone: bool

    @property
    def panel(self) -> Locator:
        return self.page.locator("#sidebar")

    def home(self) -> None:
        if self.is_phone:
            self.page.get_by_role("button", name="Open Sidenote").click()
        self.settle()

    def mail(self, subject: str) -> None:
        self.page.locator(".thread-row", has_text=subject).first.click()
        self.page.wait_for_load_state("networkidle")
        if self.is_phone:
            self.page.get_by_role("button", name="Sidenote", exact=True).first.click()
        self.settle()

    def press(self, name: str) -> None:
        self.panel.get_by_role("button", name=name, exact=True).first.click()
        self.settle()

    def follow(self, text: str) -> None:
        """A row that opens another card."""
        self.panel.locator(".row.clickable", has_text=text).first.locator(".row-button").click()
        self.settle()

    def choose(self, entry: str) -> None:
        """From the menu of the card."""
        self.panel.locator(".card-header [aria-haspopup=menu]").click()
        self.page.get_by_role("menuitem", name=entry, exact=True).click()
        self.settle()

    def view(self, name: str) -> None:
        self.home()
        self.choose("Views")
        self.follow(name)

    def settle(self) -> None:
        self.page.wait_for_load_state("networkidle")
        expect(self.panel.locator(".waiting")).to_have_count(0)
        self.page.wait_for_timeout(200)


def draw_compose(window: Window) -> None:
    page = window.page
    page.get_by_role("button", name="Compose", exact=True).first.click()
    page.get_by_label("To", exact=True).fill(CUSTOMER)
    page.get_by_role("button", name="Sidenote", exact=True).last.click()
    window.settle()


def draw_error(window: Window) -> None:
    """Sidenote hears of an email that Gmail cannot mean."""
    window.page.route(f"**{MESSAGE_PATH}", _garble)
    window.mail(DEAL)


def _garble(route: Route) -> None:
    event = json.loads(route.request.post_data or "{}")
    event["gmail"]["messageId"] = "?"
    route.continue_(post_data=json.dumps(event))


def draw_unconnected(window: Window) -> None:
    page = window.page
    page.locator("#member").click()
    with page.expect_navigation():
        page.get_by_role("menuitem", name=NEWCOMER).or_(page.get_by_role("menuitemradio", name=NEWCOMER)).click()
    window.home()


def draw_settings(window: Window) -> None:
    window.home()
    window.choose("Settings")


def draw_search(window: Window) -> None:
    window.home()
    window.panel.get_by_label("Search Sidenote").fill("Veldkamp")
    window.press("Search")


Stop = Callable[[Window], None]


def mail(subject: str, *then: Stop) -> Stop:
    return in_order(lambda window: window.mail(subject), *then)


def view(name: str, *then: Stop) -> Stop:
    return in_order(lambda window: window.view(name), *then)


def home(*then: Stop) -> Stop:
    return in_order(Window.home, *then)


def choose(entry: str) -> Stop:
    return lambda window: window.choose(entry)


def follow(text: str) -> Stop:
    return lambda window: window.follow(text)


def press(name: str) -> Stop:
    return lambda window: window.press(name)


def in_order(*steps: Stop) -> Stop:
    def go(window: Window) -> None:
        for step in steps:
            step(window)

    return go


STOPS: dict[str, Stop] = {
    "a-known-contact": mail(KNOWN),
    "a-signature": mail(SIGNED),
    "b-stranger": mail(STRANGER),
    "b-bulk-mail": mail(BULK),
    "c-several-people": mail(SEVERAL),
    "d-deal": mail(DEAL),
    "e-compose": draw_compose,
    "f-home": home(),
    "g-not-connected": draw_unconnected,
    "h-no-permission": mail(HIDDEN),
    "i-error": draw_error,
    "only-colleagues": mail(COLLEAGUES),
    "record-contact": view("All contacts", follow("Gareth")),
    "record-company": view("All companies", follow("Brightwell")),
    "record-deal": view("My open deals", follow("Colour measurement")),
    "record-lead": view("All leads", follow("Katrin")),
    "record-ticket": view("All tickets", follow("Turbidity")),
    "record-quote": view("All quotes", follow("Two NB-210")),
    "record-product": view("All products", follow("NB-420")),
    "views": home(choose("Views")),
    "view": view("All contacts"),
    "search": draw_search,
    "settings": draw_settings,
    "snippets": in_order(draw_compose, press("Snippets")),
    "customer": view("All companies", follow("Veldkamp"), press("Customer record")),
    "related": mail(DEAL, choose("Related records")),
    "timeline": view("All contacts", follow("Gareth"), press("Show 4 more"), press("Older")),
    "choose-deal": mail(SIGNED, choose("Choose a deal…")),
    "form-call": mail(KNOWN, choose("Log a call")),
    "form-convert": view("All leads", follow("Katrin"), choose("Convert")),
    "form-deal": mail(STRANGER, press("New deal")),
    "form-edit": mail(KNOWN, choose("Edit")),
    "form-lead": mail(STRANGER, choose("New lead")),
    "form-line": view("All quotes", follow("Two NB-210"), press("Add line")),
    "form-note": mail(KNOWN, choose("Add note")),
    "form-quote": mail(DEAL, choose("New quote")),
    "form-task": mail(KNOWN, press("Other…")),
    "form-ticket": mail(SIGNED, choose("Ticket from this email")),
}
