"""Drawing pages: templates, the headers every page carries, and errors as pages."""

from pathlib import Path
from typing import Any

from fastapi import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.core.errors import SidenoteError

HERE = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' https:; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape(), undefined=StrictUndefined
)


def page(template: str, *, status: int = 200, **values: Any) -> Response:
    values = {"viewer": None, "notice": None, **values}
    html = _templates.get_template(template).render(values)
    return Response(html, status, HEADERS, media_type="text/html")


def error_page(error: SidenoteError) -> Response:
    return page("error.html", status=error.status, error=error)


def to(path: str) -> Response:
    """Send the browser on after a form."""
    return Response(status_code=303, headers={"Location": path})
