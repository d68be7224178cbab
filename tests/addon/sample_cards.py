"""Cards that use every builder, with a stranger's text wherever text goes."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from gmail_addon.card_types import Card
from gmail_addon.cards import card, card_action, fixed_footer, header, section
from gmail_addon.clicks import action, open_link, run
from gmail_addon.inputs import (
    check_boxes,
    date_picker,
    datetime_picker,
    dropdown,
    multi_select,
    option,
    switch,
    text_input,
)
from gmail_addon.site import Site
from gmail_addon.text import RED, bold, color, join, link, strike
from gmail_addon.widgets import (
    button,
    button_list,
    decorated_text,
    icon,
    image,
    text_paragraph,
)

SITE = Site("https://crm.example.com")
PICTURE = SITE.url("/static/logo.png")
BERLIN = ZoneInfo("Europe/Berlin")


def reading_card(text: str) -> Card:
    """Rows, pictures and buttons."""
    save = run(action(SITE.action, {"a": "note", "text": "x"}, spinner=False))
    rows = section(
        text_paragraph(text, max_lines=2),
        text_paragraph(join(bold(text), strike(text), color(text, RED), link(text, text))),
        decorated_text(
            text, top_label=text, bottom_label=text, icon=icon("PERSON", "Person"), on_click=save, end_icon=icon("STAR")
        ),
        decorated_text(text, icon=icon("STAR"), button=button("Do", save), wrap=False),
        header=text,
        shown=2,
    )
    pictures = section(
        image("https://example.com/a.png", text, on_click=open_link("mailto:bob@example.com")),
        button_list(
            button("Log", save, filled="#1a73e8", icon=icon("EMAIL"), disabled=True, alt="Log this"),
            button("Call", open_link("tel:+491")),
            button("Gmail", open_link("https://mail.google.com/mail/?view=cm", overlay=True, reload=True)),
            button("Record", open_link(SITE.url("/records/1", q="ä&b"))),
        ),
    )
    return card(
        rows,
        pictures,
        header=header(text, subtitle=text, url=PICTURE, alt=text),
        name="contact:1",
        actions=[card_action("Open", open_link(SITE.url("/")))],
        footer=fixed_footer(button("Save", save), button("Cancel", save)),
    )


def form_card(text: str) -> Card:
    """Every input."""
    changed = action(SITE.action, {"a": "changed"})
    three = [option("1", text, selected=True), option("2", text), option("", text)]
    return card(
        section(
            text_input("title", "Title", value=text, hint=text, limit=80, suggestions=[text], autocomplete=changed),
            text_input("note", hint="Note", value=text, multiline=True, on_change=changed),
            text_input("email", "Address", kind="EMAIL"),
            dropdown("stage", *three, label="Stage", on_change=changed),
            check_boxes("tags", *three, label="Tags"),
            multi_select("people", option("1", text, detail=text), option("2", text), label="People"),
            decorated_text(text, switch=switch("private", selected=True, on_change=changed)),
            date_picker("close", "Close date", value=date(2026, 12, 1), on_change=changed),
            date_picker("birthday", "Birthday"),
            datetime_picker("due", "Due", value=datetime(2026, 12, 1, 8, tzinfo=UTC), zone=BERLIN),
            datetime_picker("met", "Met", zone=BERLIN),
        ),
        footer=fixed_footer(button("Save", run(action(SITE.action, {"fields": "title"}, required=["title"])))),
    )
