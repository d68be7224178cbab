"""An add-on of its own for the renderer's tests: it records every event and answers as it is told."""

import time
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from tests.demo.sample_actions import Json
from tests.demo.sample_cards import Cards


@dataclass
class Call:
    """One request as Gmail would send it."""

    url: str
    authorization: str
    event: Json


@dataclass
class SampleAddon:
    """`peek` and `prompt` change what the message trigger answers; `calls` holds all that came in."""

    base_url: str
    calls: list[Call] = field(default_factory=list)
    message_answer: Json | None = None
    draft_id: str = ""
    broken: bool = False

    @property
    def cards(self) -> Cards:
        return Cards(self.base_url)

    def add_to(self, app: FastAPI) -> None:
        app.post("/addon/gmail/home")(self.home)
        app.post("/addon/gmail/message")(self.message)
        app.post("/addon/gmail/compose")(self.compose)
        app.post("/addon/gmail/action")(self.action)

    async def home(self, request: Request) -> Response:
        await self.record(request)
        return JSONResponse(trigger(self.cards.home()))

    async def message(self, request: Request) -> Response:
        await self.record(request)
        if self.broken:
            return JSONResponse({"detail": "no"}, status_code=500)
        return JSONResponse(self.message_answer or trigger(self.cards.contact()))

    async def compose(self, request: Request) -> Response:
        await self.record(request)
        return JSONResponse(trigger(self.cards.pictures()))

    async def action(self, request: Request) -> Response:
        event = await self.record(request)
        parameters = event["commonEventObject"]["parameters"]
        name = parameters["a"]
        if name == "fail":
            return Response("boom", status_code=500)
        if name == "nonsense":
            return Response("not JSON")
        if name == "autocomplete":
            typed = event["commonEventObject"]["formInputs"]["company"]["stringInputs"]["value"][0]
            return JSONResponse({"autoComplete": {"items": [{"text": f"{typed} from the server"}]}})
        if name == "slow":
            time.sleep(0.4)
        return JSONResponse(self.answers(parameters)[name])

    def answers(self, parameters: dict[str, str]) -> dict[str, Json]:
        cards = self.cards
        depth = int(parameters.get("depth", "0"))
        link = {"url": f"{self.base_url}/records/1", "openAs": "FULL_SIZE"}
        draft = {
            "updateSubject": {"subject": "Re: quote"},
            "updateToRecipients": {"toRecipients": [{"email": "priya@x.example"}]},
            "updateBody": {
                "type": "IN_PLACE_INSERT",
                "insertContents": [{"content": "<p>Hi <b>Priya</b><img src=x></p>", "contentType": "MUTABLE_HTML"}],
            },
        }
        opened = {"draftId": self.draft_id, "draftThreadId": "1"}
        stage = cards.contact(stage="won", note="Logged to Harbourlight Foods")
        form = cards.form(error="The amount is missing.")
        sign_in = cards.plain("Connect your mailbox")
        return {
            "notify": clicked(notification={"text": "Done <b>and</b> dusted"}),
            "log": clicked({"updateCard": stage}, notification={"text": "Logged"}, changed=True),
            "stage": clicked({"updateCard": stage}, notification={"text": "Stage set to Won"}, changed=True),
            "push_form": clicked({"pushCard": cards.form()}),
            "push_pictures": clicked({"pushCard": cards.pictures()}),
            "push_step": clicked({"pushCard": cards.step(depth)}),
            "refuse_form": clicked({"updateCard": form}),
            "save": clicked({"pop": True}, {"updateCard": stage}, notification={"text": "Deal created"}, changed=True),
            "pop": clicked({"pop": True}),
            "pop_to_root": clicked({"popToRoot": True}),
            "pop_to_card": clicked({"popToCard": "step:1"}),
            "changed": clicked(changed=True),
            "slow": clicked(notification={"text": "Slow but done"}),
            "link": clicked(link=link),
            "draft": {"renderActions": {"hostAppAction": {"gmailAction": {"updateDraftActionMarkup": draft}}}},
            "open_draft": {
                "renderActions": {
                    "hostAppAction": {"gmailAction": {"openCreatedDraftActionMarkup": opened}},
                    "action": {"notification": {"text": "Draft created"}},
                }
            },
            "scopes": {"requesting_google_scopes": {"all_scopes": True}},
            "custom_prompt": {"custom_authorization_prompt": {"action": {"navigations": [{"pushCard": sign_in}]}}},
        }

    async def record(self, request: Request) -> Json:
        event: Json = await request.json()
        self.calls.append(Call(str(request.url), request.headers["authorization"], event))
        return event


def trigger(card: Json) -> Json:
    return {"action": {"navigations": [{"pushCard": card}]}}


def clicked(*navigations: Json, changed: bool = False, **action: Any) -> Json:
    if navigations:
        action["navigations"] = list(navigations)
    return {"renderActions": {"action": action}, "stateChanged": changed}
