"""Drawing pages: templates, the headers every page carries, and errors as pages."""

from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.core.clock import utcnow
from app.core.errors import SidenoteError

HERE = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}

_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, *, status: int = 200, error: SidenoteError | None = None, **values: Any) -> Response:
    """A page; `error` stands on top of it and gives it its status."""
    html = _templates.get_template(template).render(
        {"viewer": None, "token": "", "done": None, "error": error, **values}
    )
    return Response(html, error.status if error else status, HEADERS, media_type="text/html")


def error_page(error: SidenoteError) -> Response:
    return page("error.html", error=error)


def to(path: str) -> Response:
    """Send the browser on, to a page or after a form."""
    return Response(status_code=303, headers={"Location": path, "Cache-Control": "no-store"})


def ago(moment: datetime) -> str:
    """`moment` as people say it: `just now`, `5 minutes ago`, `3 hours ago`, `12 days ago`."""
    minutes = int((utcnow() - moment).total_seconds()) // 60
    for unit, size in (("day", 1440), ("hour", 60), ("minute", 1)):
        if count := minutes // size:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


_templates.filters["ago"] = ago
