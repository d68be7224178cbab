"""The settings, and where people and Google reach this service."""

from collections.abc import Iterator

from pydantic import ValidationError

from app.cli.doctor.findings import Finding, ok, problem, warning
from app.core.settings import Settings


def mistakes(error: ValidationError) -> Iterator[Finding]:
    for one in error.errors():
        name = ".".join(map(str, one["loc"])) or "settings"
        yield problem("configuration", f"{name}: {one['msg']}", "Set it in the environment or in the file .env.")


def examine(settings: Settings) -> Iterator[Finding]:
    yield ok("configuration", "the settings are complete")
    if settings.is_loopback:
        yield warning(
            "base url",
            f"{settings.base_url} is reached from this machine alone",
            "Set SIDENOTE_BASE_URL to the https:// address of this service before Gmail is to use it.",
        )
    else:
        yield ok("base url", settings.base_url)
    if not settings.oauth_client_id or not settings.oauth_client_secret:
        yield warning(
            "Google client",
            "no OAuth client: nobody can sign in or connect a mailbox",
            "Set SIDENOTE_OAUTH_CLIENT_ID and SIDENOTE_OAUTH_CLIENT_SECRET.",
        )
    else:
        yield ok("Google client", settings.oauth_client_id)
