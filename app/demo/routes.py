"""The routes of the demo. Mount the router only while the demo runs: it signs tokens for whoever sits here."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from app.core.errors import SidenoteError
from app.demo.context import DemoContext
from app.demo.desk import Desk
from app.demo.guard import require_loopback
from app.demo.mail_routes import MailRoutes
from app.demo.page_routes import PageRoutes

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def router(demo: DemoContext) -> APIRouter:
    """Everything under /demo: the page, its static files, mail from Gmail's API, tokens, and who is signed in."""
    desk = Desk(demo)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        desk.client.close()

    routes = APIRouter(
        prefix="/demo",
        route_class=DemoRoute,
        dependencies=[Depends(require_loopback)],
        lifespan=lifespan,
        include_in_schema=False,
    )
    PageRoutes(desk).add_to(routes)
    MailRoutes(desk).add_to(routes)
    return routes


class DemoRoute(APIRoute):
    """Answers the demo's named errors as `{"detail": message}`, which the page shows as it is."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except SidenoteError as error:
                return JSONResponse({"detail": error.message}, status_code=error.status)

        return answer
