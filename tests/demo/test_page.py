"""The page as a mail client: with mouse and keyboard, on a phone, in both themes, for everybody."""

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app.demo.context import SyncProgress
from tests.demo.harness import DemoSite
from tests.demo.sidebar import SidebarPage

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


class TestReading:
    def test_the_newest_message_is_open_and_the_middle_folded(self, sidebar: SidebarPage) -> None:
        sidebar.open_message()
        page = sidebar.page
        expect(page.locator(".thread-bar h2")).to_have_text("Replacing our lab spectrometers")
        expect(page.locator(".message.open")).to_have_count(1)
        page.get_by_role("button", name="older messages").click()
        expect(page.locator(".message")).to_have_count(12)

    def test_the_body_frame_is_as_high_as_its_text(self, sidebar: SidebarPage) -> None:
        sidebar.open_message()
        frame = sidebar.page.frame_locator(".message-body")
        frame.get_by_text("hard date for us").wait_for()
        before = sidebar.page.locator(".message-body").bounding_box()
        frame.get_by_text("Show quoted text").click()
        frame.get_by_text("nine years old").wait_for()
        sidebar.page.wait_for_function(
            "height => document.querySelector('.message-body').offsetHeight > height + 100", arg=before["height"]
        )

    def test_an_invitation_tells_when(self, page: Page) -> None:
        page.locator(".thread-row", has_text="Invitation: Solvik").click()
        page.locator(".message-head").first.click()
        expect(page.locator(".invitation")).to_contain_text("Solvik Pharma, method validation and NB-600")
        expect(page.locator(".invitation")).to_contain_text("13:00")

    def test_search_and_boxes_ask_gmail(self, page: Page) -> None:
        search = page.get_by_label("Search mail")
        search.fill("from:gareth")
        search.press("Enter")
        expect(page.locator(".thread-row")).to_have_count(1)
        search.fill("zyzzyva")
        search.press("Enter")
        expect(page.get_by_text("Nothing found for “zyzzyva”.")).to_be_visible()
        page.get_by_role("button", name="Sent").click()
        expect(page.locator(".thread-row", has_text="Four heads for the Millbrook site")).to_be_visible()

    def test_a_reply_is_sent_and_shown(self, page: Page) -> None:
        page.locator(".thread-row", has_text="Tiny greenhouse").click()
        page.locator(".answer-buttons").get_by_role("button", name="Reply", exact=True).click()
        window = page.get_by_role("dialog", name="New message")
        expect(window.get_by_label("To")).not_to_have_value("")
        window.get_by_label("Message text").press_sequentially("On its way today.")
        window.get_by_role("button", name="Send").click()
        expect(page.locator("#live")).to_contain_text("Message sent.")
        expect(page.frame_locator(".message.open .message-body").last.get_by_text("On its way today.")).to_be_visible()

    def test_another_member_sees_another_mailbox(self, page: Page) -> None:
        page.get_by_role("button", name="Signed in as Bob Fairfield").click()
        page.get_by_role("menuitemradio", name="Carol Adeyemi").click()
        expect(page.get_by_role("button", name="Signed in as Carol Adeyemi")).to_be_visible()
        expect(page.locator(".thread-row", has_text="Import paper for the Osaka shipment")).to_be_visible()

    def test_progress_is_followed_until_all_is_stored(self, browser: Browser, site: DemoSite) -> None:
        context = browser.new_context()
        site.progress = SyncProgress(stored=20, total=64, done=False)
        page = context.new_page()
        page.goto(f"{site.url}/demo")
        expect(page.locator("#progress")).to_contain_text("20 of 64")
        site.progress = SyncProgress(stored=64, total=64, done=True)
        expect(page.locator("#progress")).to_be_hidden()
        context.close()


class TestKeyboard:
    def test_j_k_o_u_walk_through_the_mail(self, page: Page) -> None:
        page.keyboard.press("j")
        page.keyboard.press("j")
        rows = page.locator(".thread-row")
        expect(rows.nth(1)).to_be_focused()
        page.keyboard.press("k")
        expect(rows.nth(0)).to_be_focused()
        page.keyboard.press("o")
        expect(page.locator(".thread-bar h2")).to_be_focused()
        first = page.locator(".thread-bar h2").inner_text()
        page.keyboard.press("j")
        expect(page.locator(".thread-bar h2")).not_to_have_text(first)
        page.keyboard.press("u")
        expect(page.locator(".nothing-open")).to_be_visible()

    def test_typing_is_not_taken_for_shortcuts(self, page: Page) -> None:
        page.keyboard.press("/")
        page.keyboard.type("juke")
        expect(page.get_by_label("Search mail")).to_have_value("juke")

    def test_all_shortcuts_are_listed(self, page: Page) -> None:
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
        expect(dialog.get_by_text("Next conversation")).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)

    def test_the_focus_stays_on_a_control_that_is_drawn_again(self, sidebar: SidebarPage) -> None:
        sidebar.open_message()
        stage = sidebar.panel.get_by_label("Stage")
        stage.focus()
        stage.select_option("proposal")
        sidebar.expect_toast("Stage set to Won")
        expect(stage).to_be_focused()


class TestPhone:
    def test_panels_follow_each_other_with_ways_back(self, page: Page) -> None:
        page.set_viewport_size(PHONE)
        inbox, thread, sidebar = page.locator("#inbox"), page.locator("#thread"), page.locator("#sidebar")
        page.locator(".thread-row").first.click()
        expect(thread).to_be_visible()
        expect(inbox).to_be_hidden()
        page.get_by_role("button", name="Sidenote", exact=True).click()
        expect(sidebar).to_be_visible()
        expect(thread).to_be_hidden()
        page.get_by_role("button", name="Back to mail").click()
        expect(thread).to_be_visible()
        page.get_by_role("button", name="Back to the list").click()
        expect(inbox).to_be_visible()

    def test_nothing_is_wider_than_the_screen(self, page: Page) -> None:
        page.set_viewport_size(PHONE)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.locator(".thread-row").first.click()
        page.locator(".thread-bar h2").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


class TestThemes:
    def test_the_switch_is_remembered(self, page: Page) -> None:
        page.get_by_role("button", name="Dark theme").click()
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.reload()
        page.locator(".thread-row").first.wait_for()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
        page.get_by_role("button", name="Dark theme").click()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["home", "message", "form", "pictures", "failure", "compose", "draft", "phone"])
def test_axe_finds_nothing(sidebar: SidebarPage, scheme: str, view: str) -> None:
    page = sidebar.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    show(view, sidebar)
    page.wait_for_timeout(100)
    violations = Axe().run(page)["violations"]
    assert [(found["id"], [node["target"] for node in found["nodes"]]) for found in violations] == []


def show(view: str, sidebar: SidebarPage) -> None:
    page = sidebar.page
    if view == "message":
        sidebar.open_message()
    elif view == "form":
        sidebar.open_form()
    elif view == "pictures":
        sidebar.open_pictures()
    elif view == "failure":
        sidebar.open_pictures()
        sidebar.click("Break")
        sidebar.panel.get_by_role("alert").wait_for()
    elif view == "compose":
        page.keyboard.press("c")
        page.get_by_role("dialog").wait_for()
    elif view == "draft":
        page.keyboard.press("c")
        page.get_by_role("dialog").get_by_role("button", name="Sidenote").click()
        sidebar.expect_title("Pictures & <b>names</b>")
    elif view == "phone":
        page.set_viewport_size(PHONE)
        page.locator(".thread-row").first.click()
        page.locator(".thread-bar h2").wait_for()
