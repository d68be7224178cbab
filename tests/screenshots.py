"""`make screenshots`: the README's pictures, drawn from the running demo."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.bench.servers import free_port
from tests.browser import chromium

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


@contextmanager
def demo() -> Iterator[str]:
    """A running demo whose first sync is done; gives the address of its page."""
    port = free_port()
    command = [sys.executable, "-m", "app.cli", "demo", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if re.search(r"(\d+)/\1 messages", line):
                break
        yield f"http://127.0.0.1:{port}/demo"
    finally:
        process.terminate()
        process.wait(20)


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
