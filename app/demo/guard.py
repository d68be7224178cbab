"""The demo holds keys that sign anything, so its pages answer this machine's own browser only."""

from urllib.parse import urlsplit

from starlette.requests import Request

from app.core.errors import Forbidden

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class NotOnThisMachine(Forbidden):
    """The request names another host, or comes from a page of another site."""

    code = "not_on_this_machine"


def require_loopback(request: Request) -> None:
    """Refuse foreign Host headers (DNS rebinding) and requests that another site's page makes (CSRF)."""
    host = request.headers.get("host", "")
    if urlsplit(f"//{host}").hostname not in LOOPBACK:
        raise NotOnThisMachine("The demo answers on localhost only.")
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        raise NotOnThisMachine("The demo answers requests of its own page only.")
