"""The URLs that Google calls. Whatever happens inside, a person gets a card or a sentence they can act on."""

import logging
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import orjson
from starlette.background import BackgroundTasks
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

import gmail_addon.actions  # noqa: F401
from app.core.errors import SidenoteError
from app.core.failures import describe
from app.core.google_certs import CertificatesUnavailable
from app.core.google_tokens import GoogleUser, InvalidToken
from app.core.hot import in_turn, reading
from app.core.ids import new_id
from gmail_addon import responses
from gmail_addon.actions.handling import handle
from gmail_addon.aftercare import aftercare
from gmail_addon.context import Addon, NeedsScope, identify, verify_caller
from gmail_addon.draft import Draft
from gmail_addon.errors import EventTooLarge, InvalidEvent
from gmail_addon.events import MAX_EVENT_BYTES, Event, parse_event
from gmail_addon.language import language_for, speak
from gmail_addon.layouts.connect import connect_card
from gmail_addon.layouts.failure import failure_card
from gmail_addon.layouts.places import card_at, draw_root
from gmail_addon.layouts.settings.card import SETTINGS
from gmail_addon.lookup import Opened, ask_about, look_up
from gmail_addon.pictures import PipelinePicture
from gmail_addon.refusals import refusal_words
from gmail_addon.site import ACTION_PATH, COMPOSE_PATH, HOME_PATH, MESSAGE_PATH, PIPELINE_PATH, SETTINGS_PATH
from gmail_addon.visit import Visit, find_visit
from gmail_addon.wording import t

Rest = Callable[[], responses.Response]
"""What is left of an answer that must wait for Gmail or for a write."""
Answer = Callable[[Addon, Event, GoogleUser, BackgroundTasks], responses.Response | Rest]
Tell = Callable[[Addon, str, str | None], responses.Response]
REFUSALS = (InvalidToken, InvalidEvent, EventTooLarge, CertificatesUnavailable)

_log = logging.getLogger(__name__)


def routes(addon: Addon) -> list[BaseRoute]:
    doors = (
        Door(addon, HOME_PATH, _opened, _on_card),
        Door(addon, MESSAGE_PATH, _opened, _on_card),
        Door(addon, COMPOSE_PATH, _writing, _on_card),
        Door(addon, ACTION_PATH, _clicked, _on_click),
        Door(addon, SETTINGS_PATH, _settings, _on_click),
    )
    picture = Route(PIPELINE_PATH, PipelinePicture(addon).__call__, methods=["GET"])
    return [*(Route(door.path, door, methods=["POST"]) for door in doors), picture]


@dataclass(frozen=True)
class Door:
    """One of the URLs, as a bare ASGI application: a framework's handling of parameters would cost as much again as
    the card. What only reads is answered in turn; what waits for more goes on in the thread pool, and both in a context
    of this request's own, which keeps the language of the person."""

    addon: Addon
    path: str
    answer: Answer
    tell: Tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, after = Request(scope, receive), BackgroundTasks()
        body, own = await _body(request), copy_context()
        answer = await in_turn(own.run, self.begin, request.headers.get("authorization"), body, after)
        if not isinstance(answer, Response):
            answer = _json(await run_in_threadpool(own.run, self._finish, answer), after=after)
        await answer(scope, receive, send)

    def begin(self, authorization: str | None, body: bytes, after: BackgroundTasks) -> Response | Rest:
        """Refusals have their own status. Every verified request gets 200, as Gmail draws its own error otherwise."""
        try:
            if len(body) > MAX_EVENT_BYTES:
                raise EventTooLarge(f"an event may have {MAX_EVENT_BYTES} bytes")
            verify_caller(self.addon, path=self.path, authorization=authorization)
            event = parse_event(body)
            speak(language_for("", event.locale))
            user = identify(self.addon, event)
        except NeedsScope as needed:
            return _json(responses.request_scopes(needed.scope))
        except REFUSALS as error:
            _log.warning("%s refused: %s", self.path, error.message if isinstance(error, InvalidToken) else error.code)
            return _json({"error": error.code, "message": error.message}, status=error.status)
        try:
            answer = self.answer(self.addon, event, user, after)
        except Exception as error:
            answer = self._failed(error)
        return answer if callable(answer) else _json(answer, after=after)

    def _finish(self, rest: Rest) -> responses.Response:
        try:
            return rest()
        except Exception as error:
            return self._failed(error)

    def _failed(self, error: Exception) -> responses.Response:
        """What went wrong, as a card or a notification. Of a fault of ours, its number goes to the person, its place
        to the log, and of its text nothing anywhere."""
        if isinstance(error, SidenoteError) and error.status < 500:
            return self.tell(self.addon, refusal_words(error), None)
        incident = new_id()[-8:]
        _log.error("%s incident %s: %s", self.path, incident, describe(error))
        return self.tell(self.addon, t("Sidenote stumbled over this: please try again."), incident)


async def _body(request: Request) -> bytes:
    """As much of it as tells whether it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_EVENT_BYTES:
            break
    return bytes(body)


def _opened(addon: Addon, event: Event, user: GoogleUser, after: BackgroundTasks) -> responses.Response | Rest:
    """The card of the homepage or the open message. Reads only: at most six statements when the message is stored."""
    with reading(addon.engine) as reader:
        visit = find_visit(reader, addon=addon, event=event, user=user)
        if visit is None:
            return responses.authorization_prompt(connect_card(addon, user))
        opened = look_up(visit, reader)
        if opened is None or opened.is_stored:
            aftercare(after, visit, opened)
            return responses.render_trigger(draw_root(visit, reader, opened))
    return partial(_opened_unknown, visit, opened, after)


def _opened_unknown(visit: Visit, opened: Opened, after: BackgroundTasks) -> responses.Response:
    """The card of a message that only Gmail knows."""
    opened = ask_about(visit, opened)
    aftercare(after, visit, opened)
    with reading(visit.addon.engine) as reader:
        return responses.render_trigger(draw_root(visit, reader, opened))


def _writing(addon: Addon, event: Event, user: GoogleUser, after: BackgroundTasks) -> responses.Response:
    """The card of the mail being written, about which Gmail need not say anything."""
    with reading(addon.engine) as reader:
        visit = find_visit(reader, addon=addon, event=event, user=user)
        if visit is None:
            return responses.authorization_prompt(connect_card(addon, user))
        visit = replace(visit, draft=visit.draft or Draft())
        aftercare(after, visit, None)
        return responses.render_trigger(draw_root(visit, reader, None))


def _clicked(addon: Addon, event: Event, user: GoogleUser, after: BackgroundTasks) -> responses.Response | Rest:
    with reading(addon.engine) as reader:
        visit = find_visit(reader, addon=addon, event=event, user=user)
    if visit is None:
        return responses.authorization_prompt(connect_card(addon, user))
    aftercare(after, visit, None)
    return partial(handle, visit)


def _settings(addon: Addon, event: Event, user: GoogleUser, after: BackgroundTasks) -> responses.Response | Rest:
    """The entry of Gmail's own menu, which it calls as it calls a click."""
    with reading(addon.engine) as reader:
        visit = find_visit(reader, addon=addon, event=event, user=user)
    if visit is None:
        return responses.authorization_prompt(connect_card(addon, user))
    aftercare(after, visit, None)
    return lambda: responses.render_action(responses.push(card_at(visit, f"{SETTINGS}:")))


def _on_card(addon: Addon, message: str, incident: str | None) -> responses.Response:
    return responses.render_trigger(failure_card(addon.site, message=message, incident=incident))


def _on_click(_addon: Addon, message: str, incident: str | None) -> responses.Response:
    return responses.render_action(notify=f"{message} ({incident})" if incident else message)


def _json(content: Any, *, status: int = 200, after: BackgroundTasks | None = None) -> Response:
    return Response(orjson.dumps(content), status, {"Cache-Control": "no-store"}, "application/json", after)
