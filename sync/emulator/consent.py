"""The consent page: choose an account, tick the scopes, allow or deny."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from sync.emulator.mailbox import Mailbox

CALLBACK_PATH = "/o/oauth2/v2/auth/callback"

_STYLE = """body{font:16px/1.5 system-ui,sans-serif;color-scheme:light dark}
body{max-width:30rem;margin:10vh auto;padding:0 1rem}
label{display:block;padding:.35rem 0}button{font:inherit;padding:.5rem 1.2rem;margin:1rem .5rem 0 0}
fieldset{border:1px solid #8888;border-radius:.5rem;margin:1rem 0}.note{opacity:.75;font-size:.875rem}"""


def consent_page(
    request_id: str, client_id: str, accounts: Iterable[Mailbox], scopes: Iterable[str], chosen: str
) -> bytes:
    """The page as HTML; `chosen` is the address to select at first. The form posts to CALLBACK_PATH."""
    account_fields = "".join(
        _field("radio", "account", box.address, f"{box.name} <{box.address}>", box.address == chosen)
        for box in accounts
    )
    scope_fields = "".join(_field("checkbox", "scope", scope, scope, True) for scope in scopes)
    return _page(
        "Sign in (emulated Google)",
        f"""<p><b>{escape(client_id)}</b> wants to access an account.</p>
<form method="post" action="{CALLBACK_PATH}">
<input type="hidden" name="request" value="{escape(request_id)}">
<fieldset><legend>Account</legend>{account_fields}</fieldset>
<fieldset><legend>Access</legend>{scope_fields}</fieldset>
<button name="decision" value="allow">Allow</button><button name="decision" value="deny">Deny</button>
</form><p class="note">This page stands in for Google's. No Google account is involved.</p>""",
    )


def error_page(code: str, detail: str) -> bytes:
    """The page for a request that must not be redirected."""
    return _page("Access blocked", f"<p>Error 400: {escape(code)}</p><p>{escape(detail)}</p>")


def _field(kind: str, name: str, value: str, text: str, checked: bool) -> str:
    mark = " checked" if checked else ""
    return f'<label><input type="{kind}" name="{name}" value="{escape(value)}"{mark}> {escape(text)}</label>'


def _page(title: str, body: str) -> bytes:
    return (
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style><h1>{title}</h1>{body}</html>"
    ).encode()
