"""`make screenshots`: the README's pictures, and one of every card of the sidebar, drawn from the running demo.

`--all FOLDER` is where the latter go: in light and dark, on a desktop and on a phone.
"""

import argparse
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser

from tests.browser import chromium
from tests.demo_process import demo
from tests.sidebar_tour import DEAL, NEWCOMER, STOPS, STRANGER, Window, home, mail

PICTURES, ALL = Path("docs/pictures"), Path("build/screenshots")
DESKTOP, PHONE = (1440, 900), (390, 844)
SIZES = {"desktop": DESKTOP, "phone": PHONE}
README = (
    ("thread-light", DESKTOP, "light", mail(DEAL)),
    ("thread-dark", DESKTOP, "dark", mail(DEAL)),
    ("stranger-light", DESKTOP, "light", mail(STRANGER)),
    ("home-light", DESKTOP, "light", home()),
    ("thread-phone", PHONE, "light", mail(DEAL)),
)
SETTLE_MS = 1500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, default=ALL, metavar="FOLDER")
    folder = parser.parse_args().all
    for each in (PICTURES, folder):
        each.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as data, demo(Path(data)) as url, chromium() as browser:
        forget(NEWCOMER, Path(data) / "sidenote.db")
        for name, size, theme, go in README:
            with window(browser, url, size, theme) as opened:
                go(opened)
                opened.page.wait_for_timeout(SETTLE_MS)
                opened.page.screenshot(path=PICTURES / f"{name}.png")
        for (width, size), theme in product(SIZES.items(), ("light", "dark")):
            draw_all(browser, url, size, theme, folder, f"{width}-{theme}")


def forget(name: str, database: Path) -> None:
    """Let nobody of the workspace be at the Google account of this member, as before they came."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE member SET google_sub = 'elsewhere' WHERE name = ?", (name,))


def draw_all(browser: Browser, url: str, size: tuple[int, int], theme: str, folder: Path, suffix: str) -> None:
    """Each card as far as it is seen without scrolling; beside the mail, the sidebar alone."""
    for name, go in STOPS.items():
        with window(browser, url, size, theme) as opened:
            go(opened)
            opened.panel.screenshot(path=folder / f"{name}-{suffix}.png", animations="disabled")


@contextmanager
def window(browser: Browser, url: str, size: tuple[int, int], theme: str) -> Iterator[Window]:
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        locale="en-GB",
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(url)
    page.wait_for_load_state("networkidle")
    yield Window(page, is_phone=size == PHONE)
    context.close()


if __name__ == "__main__":
    main()
