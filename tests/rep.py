"""`make rep`: what a rep does most often, done in the demo by a script that counts their clicks.

Clicks are counted by the page itself, from the moment that the email stands open: each press of a pointer on the
sidebar, and each choice from a dropdown. Typing words is not counted.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import chromium
from tests.demo_process import demo

COUNT = """
window.clicks = 0;
document.addEventListener("click", ({ isTrusted, target }) => {
  if (isTrusted && !target.closest("select, textarea, input[type=text], [contenteditable]")) window.clicks += 1;
}, true);
document.addEventListener("change", ({ target }) => { if (target.matches("select")) window.clicks += 1; }, true);
"""
DEAL = "Colour measurement for the new dye line"
STRANGER = "Water quality probes for three loch sites"


@dataclass(frozen=True)
class Done:
    what: str
    clicks: int
    target: int
    milliseconds: float

    @property
    def is_ok(self) -> bool:
        return self.clicks <= self.target


class Rep:
    """Bob, at the demo's page."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    @property
    def panel(self) -> Locator:
        return self.page.locator("#sidebar")

    def open(self, subject: str) -> None:
        self.page.goto(self.url)
        self.page.locator(".thread-row", has_text=subject).first.click()
        expect(self.panel.locator(".card")).to_contain_text("ogged")
        self.page.evaluate("window.clicks = 0")

    def press(self, name: str) -> None:
        self.panel.get_by_role("button", name=name, exact=True).first.click()

    def says(self, text: str) -> None:
        expect(self.page.locator("#live")).to_contain_text(text)

    def shows(self, text: str) -> None:
        expect(self.panel.locator(".card")).to_contain_text(text)

    @property
    def clicks(self) -> int:
        counted: int = self.page.evaluate("window.clicks")
        return counted


def sees_who_it_is(rep: Rep) -> None:
    rep.open(DEAL)
    for known in ("Marijke", "Negotiation", "36,400"):
        rep.shows(known)


def logs_a_thread(rep: Rep) -> None:
    """Mail of people who are known is logged without a click."""
    rep.open(DEAL)
    rep.shows("Logged to")


def creates_a_contact_with_company(rep: Rep) -> None:
    rep.open(STRANGER)
    rep.press("Create contact")
    rep.shows("Logged to")


def creates_a_deal(rep: Rep) -> None:
    rep.open(STRANGER)
    rep.press("New deal")
    rep.press("Save deal")
    rep.says("Deal created")


def moves_a_stage(rep: Rep) -> None:
    rep.open(DEAL)
    rep.panel.get_by_label("Stage").first.select_option(label="Proposal")
    rep.says("moved to Proposal")


def sets_a_follow_up(rep: Rep) -> None:
    rep.open(DEAL)
    rep.press("In 3 days")
    rep.says("Reminder set")


def writes_a_note(rep: Rep) -> None:
    rep.open(DEAL)
    rep.panel.get_by_label("Add a note").fill("Budget approved")
    rep.press("Save note")
    rep.says("Note saved")


def reads_the_last_activity(rep: Rep) -> None:
    rep.open(DEAL)
    expect(rep.panel.get_by_text("Timeline")).to_be_visible()


def inserts_a_text(rep: Rep) -> None:
    rep.page.goto(rep.url)
    rep.page.get_by_role("button", name="Compose", exact=True).first.click()
    rep.page.get_by_label("To", exact=True).fill("marijke@veldkamp-textiles.example")
    rep.page.evaluate("window.clicks = 0")
    rep.page.get_by_role("button", name="Sidenote", exact=True).last.click()
    rep.panel.get_by_role("button", name="Insert", exact=True).first.click()
    expect(rep.page.locator(".compose-body")).to_contain_text("Marijke")


def edits_a_field(rep: Rep) -> None:
    rep.open(DEAL)
    rep.panel.locator(".fold-toggle").last.click()
    rep.panel.get_by_label("Priority").select_option(label="High")
    rep.says("Priority")


ACTIONS: tuple[tuple[str, int, Callable[[Rep], None]], ...] = (
    ("See who this is, and their open deals", 0, sees_who_it_is),
    ("Log this thread", 0, logs_a_thread),
    ("Create contact and company from the sender", 1, creates_a_contact_with_company),
    ("Create a deal from the thread", 2, creates_a_deal),
    ("Change the stage", 1, moves_a_stage),
    ("Follow-up task", 1, sets_a_follow_up),
    ("Add a note", 1, writes_a_note),
    ("Read the last activity", 0, reads_the_last_activity),
    ("Insert a text into a mail", 2, inserts_a_text),
    ("Edit a field", 2, edits_a_field),
)


def perform(browser: Browser, url: str) -> list[Done]:
    """The ten actions in order, in one window."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.add_init_script(COUNT)
    done = []
    for what, target, act in ACTIONS:
        rep, started = Rep(page, url), time.perf_counter()
        act(rep)
        done.append(Done(what, rep.clicks, target, (time.perf_counter() - started) * 1000))
    context.close()
    return done


def main() -> None:
    with demo() as url, chromium() as browser:
        done = perform(browser, url)
    for number, one in enumerate(done, 1):
        verdict = "ok" if one.is_ok else "too many"
        sys.stdout.write(f"{number:>2}  {one.what:<44} {one.clicks} clicks, target {one.target}   {verdict}\n")
    sys.exit(0 if all(one.is_ok for one in done) else 1)


if __name__ == "__main__":
    main()
