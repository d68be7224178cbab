"""The three URLs that Google calls. Whatever happens inside, a person gets a card or a sentence they can act on."""

import logging
from collections.abc import Callable
from typing import Any

import orjson
from fastapi import APIRouter, BackgroundTasks, Request, Response
from fastapi.concurrency import run_in_threadpool

import gmail_addon.actions  # noqa: F401
from app.core.context import Context
from app.core.errors import SidenoteError
from app.core.failures import describe
from app.core.google_certs import CertificatesUnavailable
from app.core.google_tokens import GoogleUser, InvalidToken
from app.core.hot import reading
from app.core.ids import new_id
from gmail_addon import responses
from gmail_addon.actions.handling import handle
from gmail_addon.aftercare import aftercare
from gmail_addon.context import Addon, NeedsScope, addon_of, identify, verify_caller
from gmail_addon.errors import EventTooLarge, InvalidEvent
from gmail_addon.events import MAX_EVENT_BYTES, Event, parse_event
from gmail_addon.layouts.connect import connect_card
from gmail_addon.layouts.failure import failure_card
from gmail_addon.layouts.places import draw_root
from gmail_addon.lookup import ask_about, look_up
from gmail_addon.site import ACTION_PATH, HOME_PATH, MESSAGE_PATH
from gmail_addon.visit import find_visit
from gmail_addon.wording import t

Answer = Callable[[Addon, Event, GoogleUser, BackgroundTasks], responses.Response]
Tell = Callable[[Addon, str, str | None], responses.Response]
REFUSALS = (InvalidToken, InvalidEvent, EventTooLarge, CertificatesUnavailable)

_log = logging.getLogger(__name__)


def router(context: Context) -> APIRouter:
    addon = addon_of(context)
    routes = APIRouter(include_in_schema=False)

    @routes.post(HOME_PATH)
    async def home(request: Request) -> Response:
        return await _answered(addon, HOME_PATH, request, _opened)

    @routes.post(MESSAGE_PATH)
    async def message(request: Request) -> Response:
        return await _answered(addon, MESSAGE_PATH, request, _opened)

    @routes.post(ACTION_PATH)
    async def action(request: Request) -> Response:
        return await _answered(addon, ACTION_PATH, request, _clicked)

    return routes


async def _answered(addon: Addon, path: str, request: Request, answer: Answer) -> Response:
    """In the thread pool, for the store and Gmail are asked synchronously."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_EVENT_BYTES:
            break
    return await run_in_threadpool(_answer, addon, path, request.headers.get("authorization"), bytes(body), answer)


def _answer(addon: Addon, path: str, authorization: str | None, body: bytes, answer: Answer) -> Response:
    """Refusals have their own status; every verified request gets 200, as Gmail draws its own error for all else."""
    try:
        if len(body) > MAX_EVENT_BYTES:
            raise EventTooLarge(f"an event may have {MAX_EVENT_BYTES} bytes")
        verify_caller(addon, path=path, authorization=authorization)
        event = parse_event(body)
        user = identify(addon, event)
    except NeedsScope as needed:
        return _json(responses.request_scopes(needed.scope))
    except REFUSALS as error:
        _log.warning("%s refused: %s", path, error.message if isinstance(error, InvalidToken) else error.code)
        return _json({"error": error.code, "message": error.message}, status=error.status)
    after = BackgroundTasks()
    return _json(_told(addon, path, event, user, answer, after), after=after)


def _told(
    addon: Addon, path: str, event: Event, user: GoogleUser, answer: Answer, after: BackgroundTasks
) -> responses.Response:
    """The answer, or what went wrong as a card or a notification."""
    tell = _on_click if answer is _clicked else _on_card
    try:
        return answer(addon, event, user, after)
    except SidenoteError as error:
        if error.status < 500:
            return tell(addon, error.message, None)
        return _incident(addon, path, error, tell)
    except Exception as error:
        return _incident(addon, path, error, tell)


def _opened(addon: Addon, event: Event, user: GoogleUser, after: BackgroundTasks) -> responses.Response:
    """The card of the homepage or the open message. Reads only: at most six statements when the message is stored."""
    with reading(addon.engine) as reader:
        visit = find_visit(reader, addon=addon, event=event, user=user)
        if visit is None:
            return responses.authorization_prompt(connect_card(addon, user))
        opened = look_up(visit, reader)
        if opened is None or opened.is_stored:
            aftercare(after, visit, opened)
            return responses.render_trigger(draw_root(visit, reader, opened))
    opened = ask_about(visit, opened)
    aftercare(after, visit, opened)
    with reading(addon.engine) as reader:
        return responses.render_trigger(draw_root(visit, reader, opened))


def _clicked(addon: Addon, event: Event, user: GoogleUser, after: BackgroundTasks) -> responses.Response:
    with reading(addon.engine) as reader:
        visit = find_visit(reader, addon=addon, event=event, user=user)
    if visit is None:
        return responses.authorization_prompt(connect_card(addon, user))
    aftercare(after, visit, None)
    return handle(visit)


def _on_card(addon: Addon, message: str, incident: str | None) -> responses.Response:
    return responses.render_trigger(failure_card(addon.site, message=message, incident=incident))


def _on_click(_addon: Addon, message: str, incident: str | None) -> responses.Response:
    return responses.render_action(notify=f"{message} ({incident})" if incident else message)


def _incident(addon: Addon, path: str, error: Exception, tell: Tell) -> responses.Response:
    """Its number goes to the person, its place to the log, and of its text nothing anywhere."""
    incident = new_id()[-8:]
    _log.error("%s incident %s: %s", path, incident, describe(error))
    return tell(addon, t("Sidenote stumbled over this: please try again."), incident)


def _json(content: Any, *, status: int = 200, after: BackgroundTasks | None = None) -> Response:
    return Response(orjson.dumps(content), status, {"Cache-Control": "no-store"}, "application/json", after)
