"""What the tests of cards of records share: getting to one, and clicks that no button makes."""

from app.workspaces.access import Viewer
from tests.addon.conftest import Desk
from tests.addon.sidebar import BASE_URL, Sidebar

ACTION_URL = f"{BASE_URL}/addon/gmail/action"
NONCE = "0" * 26
NOBODY = "1" * 26
"""An id that nothing has."""


def on_card(desk: Desk, viewer: Viewer, record_id: str) -> Sidebar:
    """This person, with the card of a record above their homepage."""
    sidebar = desk.sit(viewer)
    sidebar.home()
    sidebar.click(opening(record_id))
    return sidebar


def opening(record_id: str) -> dict[str, object]:
    return call("open_record", id=record_id)


def call(name: str, **given: str) -> dict[str, object]:
    """A click as a button would make it, on something that reads."""
    parameters = {"a": name, **given}
    return {"function": ACTION_URL, "parameters": [{"key": key, "value": value} for key, value in parameters.items()]}


def write(name: str, **given: str) -> dict[str, object]:
    """The same, on something that changes things."""
    return call(name, n=NONCE, **given)
