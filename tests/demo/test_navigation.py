"""What the answers of the add-on do: stacks, links, drafts, prompts and failures."""

import base64

import httpx
import pytest
from playwright.sync_api import expect

from app.demo.mailbox.people import people
from tests.demo.harness import SCOPES, DemoSite
from tests.demo.sample_addon import trigger
from tests.demo.sidebar import SidebarPage

pytestmark = pytest.mark.browser


class TestEvents:
    def test_the_home_page_sends_no_message(self, sidebar: SidebarPage, site: DemoSite) -> None:
        (call,) = sidebar.addon.calls
        assert call.url == f"{site.url}/addon/gmail/home"
        assert call.authorization == f"Bearer {call.event['authorizationEventObject']['systemIdToken']}"
        assert call.event["commonEventObject"] == {
            "hostApp": "GMAIL",
            "platform": "WEB",
            "userLocale": "en-GB",
            "timeZone": {"id": "Europe/London", "offset": call.event["commonEventObject"]["timeZone"]["offset"]},
        }
        assert "gmail" not in call.event

    def test_an_open_message_is_named_as_gmail_names_it(self, sidebar: SidebarPage, site: DemoSite) -> None:
        sidebar.open_message()
        gmail = sidebar.addon.calls[-1].event["gmail"]
        kind, _, number = gmail["messageId"].partition(":")
        mailbox = site.gmail.mailbox(people()["bob"].email)
        message = mailbox.messages[f"{int(number):016x}"]
        assert kind == "msg-f"
        assert gmail["threadId"] == f"thread-f:{int(message.thread.id, 16)}"
        assert gmail["accessToken"]
        assert message is max(message.thread.messages, key=lambda each: each.internal_date)

    def test_opening_an_older_message_asks_about_that_one(self, sidebar: SidebarPage) -> None:
        sidebar.open_message()
        newest = sidebar.addon.calls[-1].event["gmail"]["messageId"]
        sidebar.page.locator(".message-head").first.click()
        sidebar.expect_title("Priya Raman")
        assert int(sidebar.addon.calls[-1].event["gmail"]["messageId"][6:]) < int(newest[6:])

    def test_a_click_carries_parameters_as_a_map(self, sidebar: SidebarPage) -> None:
        sidebar.click("Step 1")
        sidebar.expect_title("Step 1")
        common = sidebar.addon.calls[-1].event["commonEventObject"]
        assert common["parameters"] == {"a": "push_step", "depth": "1"}
        assert common["formInputs"] == {}


class TestStack:
    def test_cards_are_pushed_and_popped(self, sidebar: SidebarPage) -> None:
        sidebar.click("Step 1")
        for depth in (2, 3):
            sidebar.click("Deeper")
            sidebar.expect_title(f"Step {depth}")
        sidebar.click("Pop")
        sidebar.expect_title("Step 2")
        sidebar.click("Back")
        sidebar.expect_title("Step 1")
        sidebar.click("Deeper")
        sidebar.expect_title("Step 2")
        sidebar.click("To step 1")
        sidebar.expect_title("Step 1")
        sidebar.click("To root")
        sidebar.expect_title("Good morning, Bob")

    def test_a_card_can_bring_the_next_one_along(self, sidebar: SidebarPage) -> None:
        sidebar.click("Step 1")
        calls = len(sidebar.addon.calls)
        sidebar.click("Local")
        sidebar.expect_title("Local card")
        assert len(sidebar.addon.calls) <= calls + 1

    def test_home_and_message_keep_their_own_stacks(self, sidebar: SidebarPage) -> None:
        sidebar.click("Step 1")
        sidebar.expect_title("Step 1")
        sidebar.open_message()
        sidebar.click("Sidenote home")
        sidebar.expect_title("Step 1")
        sidebar.panel.locator(".peek").click()
        sidebar.expect_title("Priya Raman")

    def test_pop_and_update_refresh_the_card_below(self, sidebar: SidebarPage) -> None:
        sidebar.open_message()
        sidebar.click("New deal")
        sidebar.expect_title("New deal")
        sidebar.click("Save")
        sidebar.expect_title("Priya Raman")
        expect(sidebar.panel.get_by_text("Logged to Harbourlight Foods")).to_be_visible()

    def test_a_peeking_card_waits_below_the_home_page(self, sidebar: SidebarPage) -> None:
        card = sidebar.addon.cards.contact() | {"displayStyle": "PEEK", "peekCardHeader": {"title": "1 open deal"}}
        sidebar.addon.message_answer = trigger(card)
        sidebar.page.locator(".thread-row").first.click()
        peek = sidebar.panel.locator(".peek")
        expect(peek).to_have_text("1 open deal")
        sidebar.expect_title("Good morning, Bob")
        peek.click()
        sidebar.expect_title("Priya Raman")

    def test_a_changed_state_drops_other_contexts(self, sidebar: SidebarPage) -> None:
        sidebar.open_message()
        sidebar.click("Sidenote home")
        sidebar.expect_title("Good morning, Bob")
        asked = sum(call.url.endswith("/home") for call in sidebar.addon.calls)
        sidebar.panel.locator(".peek").click()
        sidebar.click("Log")
        sidebar.expect_toast("Logged")
        sidebar.click("Sidenote home")
        sidebar.expect_title("Good morning, Bob")
        assert sum(call.url.endswith("/home") for call in sidebar.addon.calls) == asked + 1

    def test_a_dropped_message_can_be_opened_again_from_the_home_page(self, sidebar: SidebarPage) -> None:
        sidebar.open_message()
        sidebar.click("Sidenote home")
        sidebar.click("Pictures")
        sidebar.click("Changed")
        sidebar.click("Back")
        expect(sidebar.panel.locator(".peek")).to_have_text("This message")
        sidebar.panel.locator(".peek").click()
        sidebar.expect_title("Priya Raman")

    def test_cards_still_follow_clicks_after_the_message_was_drawn_again(self, sidebar: SidebarPage) -> None:
        sidebar.open_message()
        sidebar.page.get_by_role("button", name="Dark theme").click()
        sidebar.click("Log")
        expect(sidebar.panel.get_by_text("Logged to Harbourlight Foods")).to_be_visible()

    def test_an_answer_for_a_message_left_behind_is_not_shown(self, sidebar: SidebarPage) -> None:
        sidebar.open_pictures()
        sidebar.click("Quiet")
        sidebar.open_message()
        sidebar.expect_toast("Slow but done")
        sidebar.expect_title("Priya Raman")


class TestLinksAndDrafts:
    def test_a_link_made_by_the_server_opens_a_window(self, sidebar: SidebarPage, site: DemoSite) -> None:
        sidebar.open_pictures()
        with sidebar.page.context.expect_page() as opened:
            sidebar.click("Link")
        assert opened.value.url == f"{site.url}/records/1"

    def test_a_reload_link_asks_again_when_its_window_closes(self, sidebar: SidebarPage, site: DemoSite) -> None:
        card = sidebar.addon.cards.plain("Connect")
        link = {"url": f"{site.url}/connect", "openAs": "OVERLAY", "onClose": "RELOAD"}
        card["sections"][0]["widgets"] = [{"buttonList": {"buttons": [{"text": "Go", "onClick": {"openLink": link}}]}}]
        sidebar.addon.message_answer = trigger(card)
        sidebar.page.locator(".thread-row").first.click()
        sidebar.expect_title("Connect")
        with sidebar.page.context.expect_page() as opened:
            sidebar.click("Go")
        sidebar.addon.message_answer = None
        opened.value.close()
        sidebar.expect_title("Priya Raman")

    def test_a_draft_is_filled_in(self, sidebar: SidebarPage) -> None:
        sidebar.open_pictures()
        sidebar.click("Draft")
        window = sidebar.page.get_by_role("dialog", name="New message")
        expect(window.get_by_label("To")).to_have_value("priya@x.example")
        expect(window.get_by_label("Subject")).to_have_value("Re: quote")
        body = window.get_by_label("Message text")
        expect(body.locator("b")).to_have_text("Priya")
        expect(body.locator("img")).to_have_count(0)

    def test_a_draft_made_by_the_server_is_opened(self, sidebar: SidebarPage, site: DemoSite) -> None:
        sidebar.addon.draft_id = make_draft(site)
        sidebar.open_pictures()
        sidebar.click("Open draft")
        expect(sidebar.page.get_by_role("dialog").get_by_label("Subject")).to_have_value("Your quote")
        sidebar.expect_toast("Draft created")


class TestPrompts:
    def test_scopes_are_asked_for_and_the_click_repeated(self, sidebar: SidebarPage) -> None:
        sidebar.open_pictures()
        sidebar.click("Scopes")
        expect(sidebar.panel.get_by_text("needs your permission")).to_be_visible()
        expect(sidebar.panel.get_by_role("listitem")).to_have_count(len(SCOPES))
        with sidebar.page.expect_response("**/addon/gmail/action"):
            sidebar.click("Allow access")
        last = sidebar.last_event("scopes")["authorizationEventObject"]["authorizedScopes"]
        assert last == sorted(SCOPES)

    def test_a_sign_in_card_takes_the_place_of_the_stack(self, sidebar: SidebarPage) -> None:
        sidebar.open_pictures()
        sidebar.click("Sign in")
        sidebar.expect_title("Connect your mailbox")


class TestFailures:
    def test_a_failed_click_can_be_left_or_repeated(self, sidebar: SidebarPage) -> None:
        sidebar.open_pictures()
        sidebar.click("Break")
        alert = sidebar.panel.get_by_role("alert")
        expect(alert).to_contain_text("Something went wrong")
        expect(alert).to_contain_text("HTTP status 500")
        sidebar.panel.get_by_role("alert").get_by_role("button", name="Back").click()
        sidebar.expect_title("Pictures & <b>names</b>")
        sidebar.click("Nonsense")
        expect(alert).to_contain_text("did not answer with JSON")

    def test_retry_brings_the_card(self, sidebar: SidebarPage) -> None:
        sidebar.addon.broken = True
        sidebar.page.locator(".thread-row").first.click()
        expect(sidebar.panel.get_by_role("alert")).to_be_visible()
        sidebar.addon.broken = False
        sidebar.click("Retry")
        sidebar.expect_title("Priya Raman")


def make_draft(site: DemoSite) -> str:
    """A draft in Bob's mailbox, as the add-on would make it over Gmail's API."""
    token = site.gmail.tokens.issue(people()["bob"].email, ["https://www.googleapis.com/auth/gmail.modify"])
    raw = b"From: bob@x.example\r\nTo: priya@x.example\r\nSubject: Your quote\r\n\r\nHello\r\n"
    answer = httpx.post(
        f"{site.gmail_url}/gmail/v1/users/me/drafts",
        headers={"Authorization": f"Bearer {token}"},
        json={"message": {"raw": base64.urlsafe_b64encode(raw).decode()}},
    )
    draft_id: str = answer.json()["id"]
    return draft_id
