"""Pictures on cards. Google's servers fetch them for Gmail, without a session: the address itself is the key.

Whoever has it sees one member's pipeline until it expires, as it is when the picture is fetched.
"""

import logging

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from app.core.database import confine, transaction
from app.core.errors import NotSignedIn
from app.core.failures import describe
from app.core.hot import reader_of
from app.core.security import BadSignature
from app.records.catalog import know_version, session_catalog
from app.workspaces.access import viewer_by_id
from gmail_addon.context import Addon
from gmail_addon.language import language_for, speak
from gmail_addon.pipeline import my_pipeline
from gmail_addon.pipeline_picture import draw_pipeline
from gmail_addon.site import PIPELINE_PATH, SiteUrl

PURPOSE = "pipeline picture"
SHOWN_SECONDS, KEPT_SECONDS = 3600, 300
"""How long the address works, and how long a browser may keep what it got."""

_log = logging.getLogger(__name__)


def pipeline_url(addon: Addon, *, member_id: str) -> SiteUrl:
    return addon.site.url(PIPELINE_PATH, key=addon.vault.sign(PURPOSE, member_id, seconds=SHOWN_SECONDS))


class PipelinePicture:
    """The endpoint: a PNG, or 404 for an address that is not ours, has expired, or is of somebody who left."""

    def __init__(self, addon: Addon) -> None:
        self.addon = addon

    async def __call__(self, request: Request) -> Response:
        return await run_in_threadpool(self.answer, request.query_params.get("key", ""))

    def answer(self, key: str) -> Response:
        try:
            picture = self._draw(str(self.addon.vault.unsign(PURPOSE, key)))
        except (BadSignature, NotSignedIn):
            return Response("Not found", 404, {"Cache-Control": "no-store"}, "text/plain")
        except Exception as error:
            _log.error("pipeline picture: %s", describe(error))
            return Response("Not drawn", 500, {"Cache-Control": "no-store"}, "text/plain")
        headers = {"Cache-Control": f"private, max-age={KEPT_SECONDS}", "X-Content-Type-Options": "nosniff"}
        return Response(picture, 200, headers, "image/png")

    def _draw(self, member_id: str) -> bytes:
        with transaction(self.addon.engine, read_only=True) as session:
            viewer = viewer_by_id(session, member_id)
            confine(session, viewer.workspace_id)
            know_version(session, workspace_id=viewer.workspace_id, version=viewer.catalog_version)
            catalog = session_catalog(session, workspace_id=viewer.workspace_id)
            speak(language_for(catalog.members[member_id].language, viewer.locale))
            bars = my_pipeline(reader_of(session), viewer=viewer, catalog=catalog)
        return draw_pipeline(bars, currency=catalog.currency)
