"""Every widget of the card format, drawn as Gmail draws it and sending what Gmail sends."""

import pytest
from playwright.sync_api import expect

from tests.demo.sidebar import SidebarPage

pytestmark = pytest.mark.browser


class TestText:
    def test_the_subset_is_formatted_and_the_rest_is_text(self, sidebar: SidebarPage) -> None:
        sidebar.open_pictures()
        paragraph = sidebar.panel.locator("p.paragraph").first
        for tag in ("b", "i", "u", "s", "br"):
            expect(paragraph.locator(tag)).to_have_count(1)
        expect(paragraph.get_by_role("link")).to_have_attribute("href", "https://a.example")
        expect(paragraph.locator("script, img, [onerror], a[href^='javascript']")).to_have_count(0)
        expect(paragraph).to_have_text("b i u sa no")

    def test_plain_fields_show_markup_as_it_is(self, sidebar: SidebarPage) -> None:
        sidebar.open_pictures()
        expect(sidebar.panel.get_by_text("Top & <label>")).to_be_visible()
        expect(sidebar.panel.get_by_text("With an end icon & an entity")).to_be_visible()

    def test_long_text_unfolds(self, sidebar: SidebarPage) -> None:
        sidebar.open_pictures()
        long_text = sidebar.panel.locator("p.paragraph").nth(1)
        folded = long_text.bounding_box()
        sidebar.click("Show more")
        unfolded = long_text.bounding_box()
        assert folded is not None
        assert unfolded is not None
        assert unfolded["height"] > 2 * folded["height"]

    def test_notifications_are_plain_text(self, sidebar: SidebarPage) -> None:
        sidebar.open_pictures()
        sidebar.click("Filled")
        sidebar.expect_toast("Done <b>and</b> dusted")


class TestRowsAndPictures:
    def test_a_picture_that_does_not_load_leaves_its_name(self, sidebar: SidebarPage) -> None:
        sidebar.open_pictures()
        expect(sidebar.panel.get_by_text("Site plan")).to_be_visible()

    def test_sections_fold_behind_their_first_widgets(self, sidebar: SidebarPage) -> None:
        expect(sidebar.panel.get_by_text("Order demo unit")).to_be_hidden()
        sidebar.click("Show 2 more")
        expect(sidebar.panel.get_by_text("Order demo unit")).to_be_visible()
        sidebar.click("Show less")
        expect(sidebar.panel.get_by_text("Order demo unit")).to_be_hidden()

    def test_a_section_may_name_its_own_button(self, sidebar: SidebarPage) -> None:
        sidebar.open_pictures()
        sidebar.click("Reveal")
        expect(sidebar.panel.locator(".folded p")).to_be_visible()

    def test_a_grid_tells_which_item_was_clicked(self, sidebar: SidebarPage) -> None:
        sidebar.open_pictures()
        sidebar.panel.locator(".grid").get_by_role("button", name="NB-200").click()
        sidebar.expect_toast("Done")
        parameters = sidebar.last_event("notify")["commonEventObject"]["parameters"]
        assert parameters["grid_item_identifier"] == "p2"

    def test_chips_and_buttons_can_be_disabled(self, sidebar: SidebarPage) -> None:
        sidebar.open_pictures()
        for off in sidebar.panel.get_by_role("button", name="Off").all():
            expect(off).to_be_disabled()
        sidebar.panel.get_by_role("button", name="Chip 1").first.click()
        sidebar.expect_toast("Done")

    def test_overflow_menus_work_with_the_keyboard(self, sidebar: SidebarPage) -> None:
        sidebar.open_pictures()
        more = sidebar.panel.get_by_role("button", name="More", exact=True)
        more.press("Enter")
        expect(sidebar.page.get_by_role("menuitem", name="Slow")).to_be_focused()
        sidebar.page.keyboard.press("Escape")
        expect(more).to_be_focused()
        more.press("Enter")
        sidebar.page.keyboard.press("Enter")
        sidebar.expect_toast("Slow but done")

    def test_card_actions_are_in_the_cards_menu(self, sidebar: SidebarPage) -> None:
        sidebar.open_message()
        sidebar.click("Card actions")
        sidebar.page.get_by_role("menuitem", name="Never log this sender").click()
        sidebar.expect_toast("Done")


class TestForms:
    def test_every_input_sends_its_wrapper(self, sidebar: SidebarPage) -> None:
        sidebar.open_form()
        panel = sidebar.panel
        panel.get_by_label("Name").fill("Renewal 2027")
        panel.get_by_label("Amount").fill("1200.50")
        panel.get_by_label("Note", exact=True).fill("First\nSecond")
        panel.get_by_label("Phone").check()
        panel.get_by_label("High").check()
        panel.get_by_label("Tracked").uncheck()
        panel.get_by_label("Tell the team").uncheck()
        panel.get_by_label("Owners").fill("car")
        panel.get_by_role("option", name="Carol").click()
        panel.get_by_label("daily").fill("13:30")
        sidebar.click("Save")
        sidebar.expect_toast("Deal created")
        assert sidebar.form_inputs("save") == {
            "title": {"stringInputs": {"value": ["Renewal 2027"]}},
            "amount": {"stringInputs": {"value": ["1200.50"]}},
            "note": {"stringInputs": {"value": ["First\nSecond"]}},
            "source": {"stringInputs": {"value": ["referral"]}},
            "channels": {"stringInputs": {"value": ["mail", "phone"]}},
            "priority": {"stringInputs": {"value": ["high"]}},
            "owners": {"stringInputs": {"value": ["bob", "carol"]}},
            "close_on": {"dateInput": {"msSinceEpoch": "1796083200000"}},
            "call_at": {"dateTimeInput": {"msSinceEpoch": "1796122800000", "hasDate": True, "hasTime": True}},
            "daily": {"timeInput": {"hours": 13, "minutes": 30}},
        }

    def test_required_inputs_are_checked_before_the_server_is_asked(self, sidebar: SidebarPage) -> None:
        sidebar.open_form()
        sidebar.panel.get_by_label("Name").fill("")
        calls = len(sidebar.addon.calls)
        sidebar.click("Save")
        expect(sidebar.panel.get_by_text("Please fill in this field.")).to_be_visible()
        expect(sidebar.panel.get_by_label("Name")).to_be_focused()
        assert len(sidebar.addon.calls) == calls

    def test_an_update_keeps_what_was_typed(self, sidebar: SidebarPage) -> None:
        sidebar.open_form()
        sidebar.panel.get_by_label("Note", exact=True).fill("Keep me")
        sidebar.click("Refuse")
        expect(sidebar.panel.get_by_text("The amount is missing.")).to_be_visible()
        expect(sidebar.panel.get_by_label("Note", exact=True)).to_have_value("Keep me")

    def test_a_click_without_persist_values_empties_the_form(self, sidebar: SidebarPage) -> None:
        sidebar.open_message()
        stage = sidebar.panel.get_by_label("Stage")
        stage.select_option("proposal")
        sidebar.expect_toast("Stage set to Won")
        assert sidebar.form_inputs("stage") == {"stage": {"stringInputs": {"value": ["proposal"]}}}
        expect(stage).to_have_value("won")

    def test_suggestions_come_from_the_card_and_from_the_server(self, sidebar: SidebarPage) -> None:
        sidebar.open_form()
        company = sidebar.panel.get_by_label("Company")
        company.focus()
        expect(sidebar.panel.get_by_role("option", name="Acme Ltd")).to_be_visible()
        company.press_sequentially("Har")
        served = sidebar.panel.get_by_role("option", name="Har from the server")
        served.wait_for()
        company.press("ArrowDown")
        company.press("Enter")
        expect(company).to_have_value("Har from the server")
        expect(served).to_be_hidden()

    def test_typed_values_outlive_a_visit_to_another_card(self, sidebar: SidebarPage) -> None:
        sidebar.open_form()
        sidebar.panel.get_by_label("Note", exact=True).fill("Still here")
        sidebar.open_message()
        sidebar.click("Sidenote home")
        expect(sidebar.panel.get_by_label("Note", exact=True)).to_have_value("Still here")


class TestRefusedCards:
    @pytest.mark.parametrize(
        ("widget", "reason"),
        [
            ({"carousel": {}}, 'no widget "carousel"'),
            ({"divider": {}, "textParagraph": {"text": "x"}}, "exactly one kind"),
            ({"decoratedText": {"text": "x", "startIcon": {"knownIcon": "DRAGON"}}}, 'no icon named "DRAGON"'),
            ({"textInput": {"name": "x"}}, "needs a label or a hint"),
            ({"buttonList": {"buttons": [{"text": "x", "onClick": {}}]}}, "exactly one of action"),
        ],
    )
    def test_what_gmail_would_not_show_is_not_shown(
        self, sidebar: SidebarPage, widget: dict[str, object], reason: str
    ) -> None:
        card = {"header": {"title": "x"}, "sections": [{"widgets": [widget]}]}
        sidebar.addon.message_answer = {"action": {"navigations": [{"pushCard": card}]}}
        sidebar.page.locator(".thread-row").first.click()
        expect(sidebar.panel.get_by_role("alert")).to_contain_text("Something went wrong")
        expect(sidebar.panel.get_by_role("alert")).to_contain_text(reason)

    def test_a_wrapped_answer_to_a_trigger_is_refused(self, sidebar: SidebarPage) -> None:
        sidebar.addon.message_answer = {"renderActions": {"action": {"navigations": []}}}
        sidebar.page.locator(".thread-row").first.click()
        expect(sidebar.panel.get_by_role("alert")).to_contain_text("action.navigations")

    def test_widgets_after_the_hundredth_are_left_out(self, sidebar: SidebarPage) -> None:
        widgets = [{"textParagraph": {"text": f"line {number}"}} for number in range(120)]
        card = {"header": {"title": "Long"}, "sections": [{"widgets": widgets}]}
        sidebar.addon.message_answer = {"action": {"navigations": [{"pushCard": card}]}}
        sidebar.page.locator(".thread-row").first.click()
        sidebar.expect_title("Long")
        expect(sidebar.panel.locator(".widget")).to_have_count(100)


def test_every_known_icon_is_drawn(sidebar: SidebarPage) -> None:
    page = sidebar.page
    names = page.evaluate(
        """async () => {
            const main = document.querySelector('script').src;
            const source = await (await fetch(main.replace('main.js', 'widgets/icon.js'))).text();
            const sprite = await (await fetch(main.replace('js/main.js', 'icons.svg'))).text();
            const known = source.match(/new Set\\([^)]*/)[0].match(/"[A-Z_]+"/g).map((name) => name.slice(1, -1));
            return {known, missing: known.filter((name) => !sprite.includes(`id="${name}"`))};
        }"""
    )
    assert len(names["known"]) == 30
    assert names["missing"] == []
