"""All web pages, and the files they need."""

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from app.console import home, members, pages, quotes, seats, signin, workspace
from app.core.context import Context


def mount(application: FastAPI, context: Context) -> None:
    application.mount("/static", StaticFiles(directory=pages.HERE / "static"), name="static")
    for part in (home, members, quotes, seats, workspace, signin):
        application.include_router(part.router(context))
