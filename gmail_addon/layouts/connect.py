"""Layout G: nobody of a workspace is at this Google account, or their mailbox is not connected."""

from app.core.google_tokens import GoogleUser
from gmail_addon.card_types import Card
from gmail_addon.cards import card, header, section
from gmail_addon.clicks import open_link
from gmail_addon.context import Addon, connect_url
from gmail_addon.layouts.parts import BRAND
from gmail_addon.widgets import button, button_list, text_paragraph
from gmail_addon.wording import t


def connect_card(addon: Addon, user: GoogleUser) -> Card:
    connect = open_link(connect_url(addon, user), reload=True)
    return card(
        section(
            text_paragraph(t("Connect Gmail, and each email shows who wrote it, their deals and what comes next.")),
            button_list(button(t("Connect Gmail"), connect, filled=BRAND)),
            text_paragraph(t("You will be asked to let Sidenote read and send mail as {email}.", email=user.email)),
        ),
        header=header(t("Welcome to Sidenote"), subtitle=user.email),
    )
