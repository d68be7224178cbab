"""The REST API: from a request to a checked call, its quota, its faults and its answer."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import orjson

from sync.emulator.discovery import Method, find_method, parse_body, parse_query
from sync.emulator.errors import ApiError, forbidden_scope, invalid, unauthenticated
from sync.emulator.faults import FaultRule
from sync.emulator.fields import Mask, apply_mask, parse_mask
from sync.emulator.methods import HANDLERS
from sync.emulator.methods.handler import Answer
from sync.emulator.multipart import boundary_of, split_parts
from sync.emulator.scopes import check_scopes
from sync.emulator.tokens import AccessToken
from sync.emulator.wire import Call, Reply, Request, json_reply

if TYPE_CHECKING:
    from sync.emulator.emulator import GmailEmulator


class Api:
    """Answers Gmail API requests and counts the errors it gives by status."""

    def __init__(self, emulator: GmailEmulator) -> None:
        self._emulator = emulator
        self.errors: Counter[int] = Counter()

    def answer(self, request: Request) -> Reply:
        """The reply to one call, batched or not. Never raises."""
        found = find_method(request.verb, request.path)
        if found is None:
            return Reply(404, b"<!DOCTYPE html><title>Error 404 (Not Found)</title>", "text/html; charset=UTF-8")
        try:
            return self._serve(request, *found)
        except ApiError as error:
            return self.refuse(error)

    def refuse(self, error: ApiError, *, delay: float = 0.0) -> Reply:
        self.errors[error.status] += 1
        return Reply(error.status, error.body(), headers=error.headers, delay=delay)

    def _serve(self, request: Request, method: Method, path: dict[str, str]) -> Reply:
        access = self._authenticate(request)
        rule = self._emulator.faults.strike(method.name, access.address, request.path)
        if rule is None:
            return self._perform(request, method, path, access)
        self._strike(rule, method, access, path)
        error = rule.error()
        if rule.drop and not rule.after:
            return Reply(503, delay=rule.delay, drop=True)
        if error and not rule.after:
            return self.refuse(error, delay=rule.delay)
        reply = self._perform(request, method, path, self._authenticate(request))
        if error and reply.status < 400:
            reply = self.refuse(error)
        reply.delay, reply.drop = rule.delay, rule.drop
        return reply

    def _authenticate(self, request: Request) -> AccessToken:
        access = self._emulator.tokens.find(request.bearer or "")
        if access is None:
            raise unauthenticated()
        return access

    def _strike(self, rule: FaultRule, method: Method, access: AccessToken, path: dict[str, str]) -> None:
        mailbox = self._emulator.mailbox(access.address)
        if rule.action == "expire_history":
            mailbox.log.expire()
        elif rule.action == "expire_tokens":
            self._emulator.tokens.expire_all(access.address)
        elif rule.action == "revoke":
            self._emulator.tokens.revoke_all(access.address)
        if rule.vanish:
            named = path.get("messageId", path.get("id", ""))
            thread = mailbox.threads.get(named) if method.name.startswith("threads.") else None
            message = mailbox.messages.get(named)
            for doomed in list(thread.messages) if thread else [message] if message else []:
                mailbox.remove(doomed)

    def _perform(self, request: Request, method: Method, path: dict[str, str], access: AccessToken) -> Reply:
        emulator = self._emulator
        mailbox = emulator.mailbox(access.address)
        if path["userId"] != "me" and path["userId"].lower() != mailbox.address:
            raise forbidden_scope(f"Delegation denied for {mailbox.address}")
        query = parse_query(method, request.query)
        mask = parse_mask(query["fields"], method.response) if query.get("fields") else None
        call = Call(emulator, mailbox, access, method, path, query, {}, headers=request.headers)
        check_scopes(call)
        emulator.ledger.charge(mailbox.address, method.name, running=request.running)
        handler = HANDLERS.get(method.name)
        if handler is None:
            raise ApiError(501, "notImplemented", f"{method.name} is not part of this emulator.")
        if request.body or request.verb != "GET":
            _read_body(call, request)
        return _reply(handler(call), mask, query.get("prettyPrint", False))


def _read_body(call: Call, request: Request) -> None:
    """Fills in the call's body: JSON, or for /upload/ a message alone or after its JSON (uploadType)."""
    if not request.path.startswith("/upload/"):
        call.body = parse_body(call.method, request.body)
        return
    kind = call.query.get("uploadType") or call.query.get("upload_protocol")
    content_type = request.headers.get("content-type", "")
    if kind in ("media", "raw"):
        call.media = request.body
    elif kind == "multipart":
        parts = split_parts(request.body, boundary_of(content_type))
        if len(parts) != 2:
            raise invalid("A multipart upload has two parts: the JSON metadata and the message.")
        call.body = parse_body(call.method, parts[0][1])
        content_type, call.media = parts[1][0].get("content-type", ""), parts[1][1]
    else:
        raise invalid("Upload requests need uploadType=media or uploadType=multipart.")
    if not content_type.startswith("message/"):
        raise ApiError(400, "badContent", f"Media type '{content_type}' is not supported. Valid: [message/*]")


def _reply(answer: Answer, mask: Mask | None, pretty: bool) -> Reply:
    if answer is None:
        return Reply(204)
    if isinstance(answer, bytes):
        if not mask and not pretty:
            return Reply(200, answer)
        answer = orjson.loads(answer)
    if mask:
        answer = apply_mask(answer, mask)
    return Reply(200, orjson.dumps(answer, option=orjson.OPT_INDENT_2)) if pretty else json_reply(answer)
