"""A rep who writes a mail: what the tests of the compose card share."""

from datetime import timedelta
from email.utils import format_datetime

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.dispatch import drain
from app.mail.snippets import create_snippet
from app.records.deals import create_deal
from app.workspaces.access import Viewer
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import Sidebar, nodes

BOBS = "bob@fairfield.example"
JANES = "jane@acme.com"


def make_deal(desk: Desk, jane: str, name: str = "Acme renewal", viewer: Viewer | None = None) -> str:
    with transaction(desk.context.engine) as session:
        viewer = viewer or desk.cast.bob
        return create_deal(session, viewer=viewer, values={"name": name, "amount": "100"}, contact_ids=[jane]).id


def make_snippet(desk: Desk, name: str, text: str, *, shared: bool = False, viewer: Viewer | None = None) -> str:
    with transaction(desk.context.engine) as session:
        viewer = viewer or desk.cast.bob
        return create_snippet(session, viewer=viewer, name=name, text=text, shared=shared).id


def inserted(bob: Sidebar) -> dict[str, str]:
    """What the last answer put into the draft."""
    markup = bob.body["renderActions"]["hostAppAction"]["gmailAction"]["updateDraftActionMarkup"]
    assert markup["updateBody"]["type"] == "IN_PLACE_INSERT"
    (content,) = markup["updateBody"]["insertContents"]
    return dict(content)


def offered(bob: Sidebar, name: str) -> dict[str, str]:
    """The options of a dropdown: what they say, by value; the chosen one first."""
    items = next(node["items"] for node in nodes(bob.card) if node.get("name") == name)
    return {item["value"]: item["text"] for item in sorted(items, key=lambda item: not item["selected"])}


def send(desk: Desk, *to: str, later: timedelta = timedelta()) -> str:
    """Bob sends a mail, which is synced and followed up; returns its Gmail id."""
    mail = letter(BOBS, *to, subject="Our offer")
    del mail["Date"]
    mail["Date"] = format_datetime(utcnow() + later)
    gmail_id = desk.google.emulator.deliver(BOBS, mail.as_bytes(), labels=["SENT"])
    desk.sync(desk.cast.bob, gmail_id)
    drain(desk.context.engine)
    return gmail_id
