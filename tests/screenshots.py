"""`make screenshots`: the README's pictures, drawn from the running demo."""

from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser import chromium
from tests.demo_process import demo

PICTURES = Path("docs/pictures")
DESKTOP, PHONE = (1440, 900), (390, 844)
DEAL = "Colour measurement for the new dye line"
STRANGER = "Water quality probes for three loch sites"
SETTLE_MS = 1500


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demo() as url, chromium() as browser:
        shoot(browser, url, "thread-light", DESKTOP, "light", DEAL)
        shoot(browser, url, "thread-dark", DESKTOP, "dark", DEAL)
        shoot(browser, url, "stranger-light", DESKTOP, "light", STRANGER)
        shoot(browser, url, "home-light", DESKTOP, "light", None)
        shoot(browser, url, "thread-phone", PHONE, "light", DEAL)


def shoot(browser: Browser, url: str, name: str, size: tuple[int, int], theme: str, subject: str | None) -> None:
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if theme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(url)
    page.wait_for_load_state("networkidle")
    if subject:
        open_thread(page, subject, is_phone=size == PHONE)
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=PICTURES / f"{name}.png")
    context.close()


def open_thread(page: Page, subject: str, *, is_phone: bool) -> None:
    page.get_by_text(subject).first.click()
    page.wait_for_load_state("networkidle")
    if is_phone:
        page.get_by_role("button", name="Sidenote").first.click()


main()
