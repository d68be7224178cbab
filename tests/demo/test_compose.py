"""The add-on beside the compose window: what it hears of the draft, and what it puts into it."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.demo.sidebar import SidebarPage
from tests.demo.test_page import PHONE

pytestmark = pytest.mark.browser


@pytest.fixture
def draft(sidebar: SidebarPage) -> SidebarPage:
    """A mail to two people is being written, and the add-on is open beside it."""
    page = sidebar.page
    page.keyboard.press("c")
    page.get_by_label("To", exact=True).fill('"Raman, Priya" <priya@x.example>; ann@x.example')
    page.get_by_label("Bcc").fill("bo@x.example")
    open_addon(sidebar)
    return sidebar


def open_addon(sidebar: SidebarPage) -> None:
    sidebar.page.get_by_role("dialog").get_by_role("button", name="Sidenote").click()
    sidebar.expect_title("Pictures & <b>names</b>")


def body(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message text")


def test_the_add_on_hears_who_gets_the_mail(draft: SidebarPage) -> None:
    event = draft.addon.calls[-1].event
    gmail = {
        "toRecipients": ["priya@x.example", "ann@x.example"],
        "ccRecipients": [],
        "bccRecipients": ["bo@x.example"],
    }
    assert event["gmail"] == gmail
    assert "parameters" not in event["commonEventObject"]
    draft.page.get_by_label("Cc", exact=True).fill("cy@x.example")
    draft.click("Filled")
    draft.expect_toast("Done")
    assert draft.last_event("notify")["gmail"] == gmail | {"ccRecipients": ["cy@x.example"]}


def test_of_an_answer_it_hears_the_conversation(sidebar: SidebarPage) -> None:
    sidebar.open_message()
    thread = sidebar.addon.calls[-1].event["gmail"]["threadId"]
    sidebar.page.keyboard.press("r")
    open_addon(sidebar)
    gmail = sidebar.addon.calls[-1].event["gmail"]
    assert gmail["threadId"] == thread
    assert gmail["toRecipients"] == ["priya.raman@harbourlight.example"]


def test_what_it_inserts_comes_to_where_the_person_wrote(draft: SidebarPage) -> None:
    page = draft.page
    body(page).click()
    page.keyboard.type("Before after")
    for _ in "after":
        page.keyboard.press("ArrowLeft")
    draft.click("Draft")
    expect(body(page)).to_have_text("Before Hi Priyaafter")
    expect(body(page).locator("b")).to_have_text("Priya")
    expect(body(page).locator("img")).to_have_count(0)
    expect(body(page)).to_be_focused()
    draft.click("Draft")
    expect(body(page)).to_have_text("Before Hi PriyaHi Priyaafter")


def test_both_can_be_seen_at_once(draft: SidebarPage) -> None:
    for width in (1440, 1000):
        draft.page.set_viewport_size({"width": width, "height": 800})
        window = draft.page.get_by_role("dialog").bounding_box()
        panel = draft.panel.bounding_box()
        assert window
        assert panel
        assert 0 < window["x"] < window["x"] + window["width"] <= panel["x"]


def test_it_goes_with_the_draft(draft: SidebarPage) -> None:
    draft.page.get_by_role("button", name="Discard draft").click()
    draft.expect_title("Good morning, Bob")
    expect(draft.page.locator("#layout")).not_to_have_class("layout beside-draft")


def test_it_works_by_keyboard(draft: SidebarPage) -> None:
    page = draft.page
    expect(draft.panel).to_be_focused()
    page.keyboard.press("Tab")
    expect(draft.panel.get_by_role("button", name="Back to the draft")).to_be_focused()
    page.keyboard.press("Enter")
    expect(body(page)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("dialog").get_by_role("button", name="Sidenote")).to_be_focused()


def test_on_a_phone_it_is_a_sheet_that_goes_when_it_has_done_its_work(draft: SidebarPage) -> None:
    page = draft.page
    page.set_viewport_size(PHONE)
    panel = draft.panel.bounding_box()
    assert panel
    assert panel["width"] == PHONE["width"]
    expect(page.get_by_label("To", exact=True)).to_be_visible()
    draft.click("Draft")
    expect(body(page)).to_be_focused()
    expect(draft.panel).to_be_hidden()
    expect(body(page)).to_have_text("Hi Priya")
