"""The sidebar as a person uses it, for tests that read like what they do."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.demo.sample_actions import Json
from tests.demo.sample_addon import SampleAddon


@dataclass
class SidebarPage:
    """The page, and the add-on that hears what is clicked."""

    page: Page
    addon: SampleAddon

    @property
    def panel(self) -> Locator:
        return self.page.locator("#sidebar")

    def click(self, name: str) -> None:
        self.panel.get_by_role("button", name=name, exact=True).click()

    def open_message(self, subject: str = "Replacing our lab spectrometers") -> None:
        self.page.locator(".thread-row", has_text=subject).click()
        self.expect_title("Priya Raman")

    def open_pictures(self) -> None:
        self.click("Pictures")
        self.expect_title("Pictures & <b>names</b>")

    def open_form(self) -> None:
        self.click("Form")
        self.expect_title("New deal")

    def expect_title(self, title: str) -> None:
        expect(self.panel.locator(".card .card-title")).to_have_text(title)

    def expect_toast(self, text: str) -> None:
        expect(self.page.locator("#live")).to_contain_text(text)

    def last_event(self, action: str) -> Json:
        """The newest event of that action."""
        events = [call.event for call in self.addon.calls]
        named = [event for event in events if event["commonEventObject"].get("parameters", {}).get("a") == action]
        return named[-1]

    def form_inputs(self, action: str) -> Json:
        inputs: Json = self.last_event(action)["commonEventObject"]["formInputs"]
        return inputs
