"""Google's OAuth 2.0 endpoints for web apps (https://developers.google.com/identity/protocols/oauth2/web-server)."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from sync.emulator.consent import CALLBACK_PATH, consent_page, error_page
from sync.emulator.identity import identity_claims, identity_endpoints
from sync.emulator.tokens import DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Grant
from sync.emulator.wire import Reply, Request, json_reply

if TYPE_CHECKING:
    from sync.emulator.emulator import GmailEmulator

CODE_LIFETIME = 600
HTML = "text/html; charset=UTF-8"
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1", "testserver"})


@dataclass
class Client:
    """A registered web app; without `redirect_uris` any loopback address will do."""

    secret: str
    redirect_uris: frozenset[str] | None

    def allows(self, redirect_uri: str) -> bool:
        if self.redirect_uris is not None:
            return redirect_uri in self.redirect_uris
        return urlsplit(redirect_uri).hostname in LOOPBACK_HOSTS


@dataclass
class _Pending:
    """An authorization request, and after consent the code's side of it."""

    arguments: dict[str, str]
    address: str = ""
    scopes: frozenset[str] = frozenset()
    issued_at: float = 0.0
    offline: bool = False


class OAuthError(Exception):
    """A refusal by the token endpoint (RFC 6749, 5.2)."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.reply = json_reply({"error": code, "error_description": description}, status)


class OAuth:
    """Authorization, token and revocation endpoints, and the clients that may use them."""

    def __init__(self, emulator: GmailEmulator) -> None:
        self._emulator = emulator
        self._clients = {DEFAULT_CLIENT_ID: Client(DEFAULT_CLIENT_SECRET, None)}
        self._requests: dict[str, _Pending] = {}
        self._codes: dict[str, _Pending] = {}

    def add_client(self, client_id: str, client_secret: str, redirect_uris: Iterable[str] | None = None) -> None:
        uris = None if redirect_uris is None else frozenset(redirect_uris)
        self._clients[client_id] = Client(client_secret, uris)

    def answer(self, request: Request) -> Reply | None:
        """The reply to an OAuth or identity request; None for any other path."""
        match request.verb, request.path:
            case "GET", "/o/oauth2/v2/auth" | "/o/oauth2/auth":
                return self._authorize(request.arguments)
            case "POST", path if path == CALLBACK_PATH:
                return self._decide(request)
            case "POST", "/token" | "/oauth2/v4/token":
                return self._token(request)
            case "POST", "/revoke" | "/o/oauth2/revoke":
                return self._revoke(request)
        return identity_endpoints(self._emulator, request)

    def _authorize(self, arguments: dict[str, str]) -> Reply:
        """Shows the consent page, or redirects at once for prompt=none."""
        client = self._clients.get(arguments.get("client_id", ""))
        redirect_uri = arguments.get("redirect_uri", "")
        if client is None:
            return Reply(401, error_page("invalid_client", "The OAuth client was not found."), HTML)
        if not client.allows(redirect_uri):
            detail = f"The redirect URI {redirect_uri!r} is not registered for this client."
            return Reply(400, error_page("redirect_uri_mismatch", detail), HTML)
        if problem := _authorization_problem(arguments):
            return Reply(400, error_page("invalid_request", problem), HTML)
        pending = _Pending(arguments)
        hint = arguments.get("login_hint", "").lower()
        if arguments.get("prompt") == "none":
            return self._silently(pending, hint)
        request_id = secrets.token_urlsafe(16)
        self._requests[request_id] = pending
        accounts = self._emulator.mailboxes()
        chosen = hint if hint in {box.address for box in accounts} else next((b.address for b in accounts), "")
        page = consent_page(request_id, arguments["client_id"], accounts, _scopes(arguments), chosen)
        return Reply(200, page, HTML)

    def _silently(self, pending: _Pending, hint: str) -> Reply:
        wanted = frozenset(_scopes(pending.arguments))
        if wanted <= self._emulator.tokens.consented(hint, pending.arguments["client_id"]):
            return self._accept(pending, hint, wanted)
        return _redirect(pending, {"error": "interaction_required"})

    def _decide(self, request: Request) -> Reply:
        """The consent form's answer: back to the app with a code or with error=access_denied."""
        form = request.form
        pending = self._requests.pop(form.get("request", ""), None)
        if pending is None:
            return Reply(400, error_page("invalid_request", "This consent form was used before."), HTML)
        if form.get("decision") != "allow":
            return _redirect(pending, {"error": "access_denied"})
        address = form.get("account", "").lower()
        if address not in {box.address for box in self._emulator.mailboxes()}:
            return Reply(400, error_page("invalid_request", "Choose one of the accounts."), HTML)
        ticked = {value for name, value in parse_qsl(request.body.decode("utf-8", "replace")) if name == "scope"}
        return self._accept(pending, address, frozenset(_scopes(pending.arguments)) & ticked)

    def _accept(self, pending: _Pending, address: str, scopes: frozenset[str]) -> Reply:
        arguments, tokens = pending.arguments, self._emulator.tokens
        before = tokens.consented(address, arguments["client_id"])
        first_or_forced = not before or "consent" in arguments.get("prompt", "").split()
        pending.offline = arguments.get("access_type") == "offline" and first_or_forced
        pending.address, pending.issued_at = address, self._emulator.clock()
        pending.scopes = scopes | before if arguments.get("include_granted_scopes") == "true" else scopes
        code = f"4/0{secrets.token_urlsafe(32)}"
        self._codes[code] = pending
        return _redirect(pending, {"code": code, "scope": " ".join(sorted(pending.scopes))})

    def _token(self, request: Request) -> Reply:
        form = request.form
        try:
            client_id = self._authenticate(request, form)
            if form.get("grant_type") == "authorization_code":
                return self._exchange(form, client_id)
            if form.get("grant_type") == "refresh_token":
                return self._refresh(form, client_id)
            raise OAuthError("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}")
        except OAuthError as error:
            return error.reply

    def _authenticate(self, request: Request, form: dict[str, str]) -> str:
        """The client by its body fields or by HTTP Basic; the secret must be right."""
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                client_id, _, secret = b64decode(encoded).decode().partition(":")
            except (Base64Error, ValueError) as error:
                raise OAuthError("invalid_client", "Unreadable credentials.", 401) from error
        client = self._clients.get(client_id)
        if client is None or not secrets.compare_digest(client.secret.encode(), secret.encode()):
            raise OAuthError("invalid_client", "The OAuth client was not found or its secret is wrong.", 401)
        return client_id

    def _exchange(self, form: dict[str, str], client_id: str) -> Reply:
        """A code for tokens; the code is spent by the attempt, whatever comes of it."""
        pending = self._codes.pop(form.get("code", ""), None)
        if pending is None or pending.arguments["client_id"] != client_id:
            raise OAuthError("invalid_grant", "Malformed auth code.")
        if self._emulator.clock() - pending.issued_at > CODE_LIFETIME:
            raise OAuthError("invalid_grant", "The auth code has expired.")
        if form.get("redirect_uri") != pending.arguments["redirect_uri"]:
            raise OAuthError("redirect_uri_mismatch", "Bad Request")
        _check_verifier(pending.arguments, form.get("code_verifier"))
        tokens = self._emulator.tokens
        grant = tokens.grant(pending.address, pending.scopes, client_id, offline=pending.offline)
        extra = {"refresh_token": grant.refresh_token} if grant.refresh_token else {}
        return self._issued(grant, {**extra, **self._id_token(grant, pending.arguments.get("nonce"))})

    def _refresh(self, form: dict[str, str], client_id: str) -> Reply:
        grant = self._emulator.tokens.find_grant(form.get("refresh_token", ""))
        rule = self._emulator.faults.strike("token", grant.address if grant else None, "/token")
        if grant and rule and rule.action == "revoke":
            grant.revoked = True
        if rule and (error := rule.error()):
            raise OAuthError(error.reason, error.message, error.status)
        if grant is None or grant.revoked or grant.client_id != client_id:
            raise OAuthError("invalid_grant", "Token has been expired or revoked.")
        return self._issued(grant, self._id_token(grant, None))

    def _issued(self, grant: Grant, extra: dict[str, Any]) -> Reply:
        tokens = self._emulator.tokens
        answer = {
            "access_token": tokens.issue(grant.address, grant.scopes, grant=grant),
            "expires_in": int(tokens.lifetime),
            "scope": " ".join(sorted(grant.scopes)),
            "token_type": "Bearer",
        }
        return json_reply({**answer, **extra}, headers={"Cache-Control": "no-store"})

    def _id_token(self, grant: Grant, nonce: str | None) -> dict[str, str]:
        if "openid" not in grant.scopes:
            return {}
        claims = identity_claims(self._emulator.mailbox(grant.address), grant.scopes)
        claims |= {"aud": grant.client_id, "azp": grant.client_id}
        return {"id_token": self._emulator.signer.sign({**claims, "nonce": nonce} if nonce else claims)}

    def _revoke(self, request: Request) -> Reply:
        """Ends the grant behind an access or refresh token, all its access tokens included."""
        token = request.form.get("token") or request.arguments.get("token", "")
        if not self._emulator.tokens.revoke(token):
            return OAuthError("invalid_token", "Token expired or revoked").reply
        return json_reply({})


def _authorization_problem(arguments: dict[str, str]) -> str | None:
    if arguments.get("response_type") != "code":
        return "response_type must be code."
    if not _scopes(arguments):
        return "Missing required parameter: scope"
    if arguments.get("access_type", "online") not in ("online", "offline"):
        return "access_type must be online or offline."
    if "code_challenge" in arguments and arguments.get("code_challenge_method", "plain") not in ("S256", "plain"):
        return "code_challenge_method must be S256 or plain."
    return None


def _scopes(arguments: dict[str, str]) -> list[str]:
    return arguments.get("scope", "").split()


def _check_verifier(arguments: dict[str, str], verifier: str | None) -> None:
    """RFC 7636, 4.6."""
    challenge = arguments.get("code_challenge")
    if challenge is None:
        return
    if not verifier:
        raise OAuthError("invalid_grant", "Missing code verifier.")
    if arguments.get("code_challenge_method") == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        verifier = urlsafe_b64encode(digest).rstrip(b"=").decode()
    if not secrets.compare_digest(verifier, challenge):
        raise OAuthError("invalid_grant", "Invalid code verifier.")


def _redirect(pending: _Pending, answer: dict[str, str]) -> Reply:
    if "state" in pending.arguments:
        answer = {"state": pending.arguments["state"], **answer}
    target = pending.arguments["redirect_uri"]
    separator = "&" if "?" in target else "?"
    return Reply(302, b"", HTML, {"Location": f"{target}{separator}{urlencode(answer)}"})
