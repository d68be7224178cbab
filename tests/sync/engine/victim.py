"""A sync worker in a process of its own, for tests that kill it."""

from multiprocessing.connection import Connection

from app.core.database import make_engine
from sync.engine import run_once
from tests.sync.engine.office import settings_for


def work(database_url: str, gmail_url: str, key: str, mailbox_id: str, tell: Connection) -> None:
    """Sync until nothing is left to do; say when all is set up, and after each batch."""
    engine = make_engine(database_url)
    settings = settings_for(gmail_url, database_url, secret_keys=[key])
    tell.send("ready")
    run_once(engine, settings, mailbox_id, owner="victim", progress=tell.send)
    tell.send("done")
