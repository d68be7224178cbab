"""Gmail's side of the add-on: opens messages, clicks what a person sees, applies the answers to a stack of cards."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from httpx import Client, Response

from sync.emulator.signer import Signer
from tests.addon.card_checks import assert_valid_response

BASE_URL = "https://crm.example"
SERVICE_ACCOUNT = "addon@project.iam.gserviceaccount.example"
CLIENT_ID = "addon-client"
EMAIL_SCOPE = "https://www.googleapis.com/auth/userinfo.email"
METADATA_SCOPE = "https://www.googleapis.com/auth/gmail.addons.current.message.metadata"

Card = dict[str, Any]


@dataclass
class Sidebar:
    """One person's Gmail. `cards` is the stack of the open context, `notice` the last notification."""

    client: Client
    signer: Signer
    subject: str
    email: str
    oauth_token: str = "no-token"
    cards: list[Card] = field(default_factory=list)
    notice: str | None = None
    gmail: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    state_changed: bool = False

    @property
    def card(self) -> Card:
        """The card on screen."""
        return self.cards[-1]

    def home(self) -> Card:
        self.gmail = {}
        return self._trigger("/addon/gmail/home")

    def open(self, gmail_id: str, *, message_token: str = "") -> Card:
        """Open a message: `gmail_id` as the API writes it, or an alias."""
        shown = gmail_id if ":" in gmail_id else f"msg-f:{int(gmail_id, 16)}"
        self.gmail = {"messageId": shown, "threadId": "thread-f:1", "accessToken": message_token}
        return self._trigger("/addon/gmail/message")

    def compose(self, *to: str, cc: Sequence[str] = (), bcc: Sequence[str] = (), thread: str = "") -> Card:
        """Open the add-on in a mail being written; `thread` (as the API writes it) when that is a reply."""
        self.gmail = {"toRecipients": list(to), "ccRecipients": list(cc), "bccRecipients": list(bcc)}
        if thread:
            self.gmail["threadId"] = f"thread-f:{int(thread, 16)}"
        return self._trigger("/addon/gmail/compose")

    def address(self, *to: str) -> None:
        """Type other recipients, of which the card hears with the next click."""
        self.gmail |= {"toRecipients": list(to)}

    def press(self, label: str, **form: object) -> None:
        """Click the button, row or menu item that says `label`, with the form on screen and `form` typed over it."""
        self.click(self.action(label), **form)

    def choose(self, name: str, value: object) -> None:
        """Change the input `name`, whose change is an action."""
        for widget in nodes(self.card):
            if widget.get("name") == name and "onChangeAction" in widget:
                return self.click(widget["onChangeAction"], **{name: value})
        raise AssertionError(f"no input {name!r} acts on change")

    def suggest(self, name: str, text: str) -> list[str]:
        """What the input `name` suggests for what is typed into it."""
        asking = next(node["autoCompleteAction"] for node in nodes(self.card) if node.get("name") == name)
        response = self.post(asking["function"], self.event(asking, **{name: text}))
        body: dict[str, Any] = response.json()
        assert_valid_response(body, "autocomplete", BASE_URL)
        return [item["text"] for item in body["autoComplete"]["items"]]

    def action(self, label: str) -> dict[str, Any]:
        """What a click on `label` would call."""
        for node in nodes(self.card):
            says = (node.get("text"), node.get("actionLabel"), node.get("altText"))
            if "onClick" in node and label in [plain(text) for text in says if text]:
                found: dict[str, Any] = node["onClick"].get("action") or node["onClick"]
                return found
        raise AssertionError(f"{label!r} is not on the card: {texts(self.card)}")

    def click(self, action: dict[str, Any], **form: object) -> None:
        self._apply(self.answer(action, **form))

    def answer(self, action: dict[str, Any], **form: object) -> dict[str, Any]:
        """The body that comes back for a click, valid, and not applied."""
        response = self.post(action["function"], self.event(action, **form))
        assert response.status_code == 200, response.text
        body: dict[str, Any] = response.json()
        assert_valid_response(body, "action", BASE_URL)
        return body

    def event(self, action: dict[str, Any] | None = None, **form: object) -> dict[str, Any]:
        """The event that Gmail would post."""
        common: dict[str, Any] = {
            "hostApp": "GMAIL",
            "platform": "WEB",
            "timeZone": {"id": "Europe/Berlin", "offset": 3600000},
        }
        if action:
            common["parameters"] = {each["key"]: each["value"] for each in action.get("parameters", ())}
            common["formInputs"] = {**self._form(), **{name: wrapped(value) for name, value in form.items()}}
        event = {
            "commonEventObject": common,
            "authorizationEventObject": {
                "userOAuthToken": self.oauth_token,
                "userIdToken": self.user_token(),
                "systemIdToken": "unused",
                "authorizedScopes": [EMAIL_SCOPE, METADATA_SCOPE],
            },
        }
        return event | ({"gmail": self.gmail} if self.gmail else {})

    def user_token(self, **claims: object) -> str:
        known = {"aud": CLIENT_ID, "sub": self.subject, "email": self.email, "email_verified": True}
        return self.signer.sign({**known, **claims})

    def system_token(self, url: str, **claims: object) -> str:
        known = {"aud": url, "sub": "1", "email": SERVICE_ACCOUNT, "email_verified": True}
        return self.signer.sign({**known, **claims})

    def post(self, url: str, event: dict[str, Any], **headers: str) -> Response:
        authorization = {"Authorization": f"Bearer {self.system_token(url)}"}
        return self.client.post(url.removeprefix(BASE_URL), json=event, headers={**authorization, **headers})

    def _trigger(self, path: str) -> Card:
        response = self.post(BASE_URL + path, self.event())
        assert response.status_code == 200, response.text
        assert response.headers["cache-control"] == "no-store"
        self.body = response.json()
        assert_valid_response(self.body, "trigger", BASE_URL)
        assert len(response.content) < 25_000
        self.cards, self.notice = [], None
        prompt = self.body.get("custom_authorization_prompt", self.body)
        for step in prompt["action"]["navigations"]:
            self._step(step)
        return self.card

    def _apply(self, body: dict[str, Any]) -> None:
        self.body, self.state_changed = body, body.get("stateChanged", False)
        action = body["renderActions"].get("action", {})
        self.notice = action.get("notification", {}).get("text")
        for step in action.get("navigations", ()):
            self._step(step)

    def _step(self, step: dict[str, Any]) -> None:
        if "pushCard" in step:
            self.cards.append(step["pushCard"])
        elif "updateCard" in step:
            self.cards[-1] = step["updateCard"]
        elif "popToRoot" in step:
            del self.cards[1:]
        elif "pop" in step:
            self.cards.pop()
        else:
            raise AssertionError(f"unknown step {step}")

    def _form(self) -> dict[str, Any]:
        return {name: wrapped(value) for name, value in form_values(self.card).items()}


class Moment(int):
    """The milliseconds of a picker of date and time: of the clock on the wall, as if it were UTC's."""


def wrapped(value: object) -> dict[str, Any]:
    """A form value as Gmail sends it: milliseconds for dates, a list of strings for all else."""
    if isinstance(value, Moment):
        return {"dateTimeInput": {"msSinceEpoch": str(int(value)), "hasDate": True, "hasTime": True}}
    if isinstance(value, int):
        return {"dateInput": {"msSinceEpoch": str(value)}}
    return {"stringInputs": {"value": list(value) if isinstance(value, list | tuple) else [str(value)]}}


def form_values(card: Card) -> dict[str, object]:
    """What the inputs of a card hold as drawn; what is empty Gmail leaves out."""
    values: dict[str, object] = {}
    for node in nodes(card):
        if node is card or "name" not in node:
            continue
        if "items" in node:
            values[node["name"]] = [item["value"] for item in node["items"] if item.get("selected")]
        elif node.get("controlType") == "SWITCH":
            values[node["name"]] = [node["value"]] if node["selected"] else []
        elif node.get("type") == "DATE_AND_TIME" and "valueMsEpoch" in node:
            shown = int(node["valueMsEpoch"]) + node["timezoneOffsetDate"] * 60_000
            values[node["name"]] = Moment(shown - shown % 60_000)
        elif "valueMsEpoch" in node:
            values[node["name"]] = int(node["valueMsEpoch"])
        elif node.get("value"):
            values[node["name"]] = node["value"]
    return {name: value for name, value in values.items() if value or isinstance(value, int)}


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from nodes(part)
    elif isinstance(value, list):
        for part in value:
            yield from nodes(part)


def plain(html: str) -> str:
    """Text as it reads on screen."""
    return unescape(re.sub(r"<[^>]+>", "", html.replace("<br>", "\n")))


def texts(card: Card) -> list[str]:
    """Every text on the card in the order of reading."""
    keys = ("title", "subtitle", "header", "topLabel", "text", "bottomLabel", "label", "actionLabel")
    return [plain(node[key]) for node in nodes(card) for key in keys if isinstance(node.get(key), str)]


def first_widgets(card: Card, count: int = 3) -> list[dict[str, Any]]:
    return [widget for section in card["sections"] for widget in section["widgets"]][:count]
