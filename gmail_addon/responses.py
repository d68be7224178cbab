"""What an endpoint answers: HTTP 200 and one of these bodies, by entry point.

Opening Gmail or a message takes a bare envelope (`render_trigger`), a click a wrapped one (`render_action`), an
input's autocomplete its own. See https://developers.google.com/workspace/add-ons/guides/alternate-runtimes
"""

from collections.abc import Sequence
from typing import Any, Literal, NewType

from gmail_addon.card_types import Card
from gmail_addon.errors import CardError
from gmail_addon.text import NOTHING, encodable, plain

Response = NewType("Response", dict[str, Any])
Navigation = NewType("Navigation", dict[str, Any])
DraftAction = NewType("DraftAction", dict[str, Any])
DraftBody = NewType("DraftBody", dict[str, Any])

NOTIFICATION_LENGTH = 300
SUBJECT_LENGTH = 900
MAX_SUGGESTIONS = 100
SUGGESTION_LENGTH = 1_000
"""A suggestion stands for all of what is in the input, which may be a list."""


def render_trigger(card: Card) -> Response:
    """The card of a homepage or message trigger."""
    return Response({"action": {"navigations": [push(card)]}})


def render_action(
    *navigations: Navigation,
    notify: str | None = None,
    draft: DraftAction | None = None,
    state_changed: bool = False,
) -> Response:
    """The answer to a click: steps through the stack of cards in order, and a plain notification.

    `state_changed` has Gmail draw its other cards anew: say it on every write. It does not touch the card on screen;
    update that one.
    """
    action: dict[str, Any] = {}
    if navigations:
        action["navigations"] = list(navigations)
    if notify and (words := plain(notify, NOTIFICATION_LENGTH)):
        action["notification"] = {"text": words}
    rendered: dict[str, Any] = {"action": action} if action else {}
    if draft is not None:
        rendered["hostAppAction"] = {"gmailAction": draft}
    if not rendered:
        raise CardError("an answer to a click must do something")
    return Response({"renderActions": rendered, "stateChanged": state_changed})


def push(card: Card) -> Navigation:
    return Navigation({"pushCard": card})


def update(card: Card) -> Navigation:
    """Replace the card on top; what was typed into equal inputs stays."""
    return Navigation({"updateCard": card})


def pop() -> Navigation:
    return Navigation({"pop": True})


def pop_to_root() -> Navigation:
    return Navigation({"popToRoot": True})


def update_draft(
    *,
    subject: str | None = None,
    to: Sequence[str] | None = None,
    cc: Sequence[str] | None = None,
    bcc: Sequence[str] | None = None,
    body: DraftBody | None = None,
) -> DraftAction:
    """Change the draft being written. Subject and recipients replace what is there; None leaves it."""
    made: dict[str, Any] = {}
    if subject is not None:
        made["updateSubject"] = {"subject": plain(subject, SUBJECT_LENGTH)}
    for kind, addresses in (("To", to), ("Cc", cc), ("Bcc", bcc)):
        if addresses is not None:
            recipients = [{"email": encodable(address)} for address in addresses]
            made[f"update{kind}Recipients"] = {f"{kind.lower()}Recipients": recipients}
    if body is not None:
        made["updateBody"] = body
    if not made:
        raise CardError("an update of a draft must change something")
    return DraftAction({"updateDraftActionMarkup": made})


def draft_body(
    content: str,
    *,
    html: bool,
    at: Literal["IN_PLACE_INSERT", "INSERT_AT_START", "INSERT_AT_END", "REPLACE"] = "IN_PLACE_INSERT",
) -> DraftBody:
    """Content for the draft, at the cursor unless `at` says otherwise. HTML must be sanitised by the caller."""
    kind = "MUTABLE_HTML" if html else "TEXT"
    return DraftBody({"type": at, "insertContents": [{"content": encodable(content), "contentType": kind}]})


def autocomplete(*suggestions: str) -> Response:
    """Suggestions come back as mere text when picked, so each must be unique enough to be looked up."""
    items = [{"text": plain(text, SUGGESTION_LENGTH) or NOTHING} for text in suggestions[:MAX_SUGGESTIONS]]
    return Response({"autoComplete": {"items": items}})


def request_scopes(*scopes: str) -> Response:
    """Have Gmail ask for these scopes of the manifest, or all; it repeats the last action once they are granted."""
    wanted: dict[str, Any] = {"scopes": list(scopes)} if scopes else {"all_scopes": True}
    return Response({"requesting_google_scopes": wanted})


def authorization_prompt(card: Card) -> Response:
    """A card in place of any answer until the person has signed in; its link should reload when closed."""
    return Response({"custom_authorization_prompt": {"action": {"navigations": [push(card)]}}})
