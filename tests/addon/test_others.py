"""What is somebody else's own stays so: views, settings, snippets, mail kept private, whatever a URL is sent."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from app.core.database import transaction
from app.mail.snippets import create_snippet
from app.records.schema import folder_of_kind
from app.records.views import create_view
from app.workspaces.access import Viewer
from models import EntryAccess, Exclusion, Mailbox, MailboxMessage, Member, Snippet, TimelineEntry, ViewPin
from sync.by_hand import exclude, set_private
from tests.addon.conftest import Desk, letter
from tests.addon.record_cards import call, write
from tests.addon.sidebar import Sidebar
from tests.addon.test_contacts import make_jane

BOBS = "bob@fairfield.example"
SECRET = "Zanzibar takeover"
OTHERS = ["carol", "alice", "mallory"]


@pytest.fixture(params=OTHERS)
def other(request: pytest.FixtureRequest, desk: Desk) -> Sidebar:
    """A colleague, the admin, or somebody next door; on their homepage."""
    other = desk.sit(getattr(desk.cast, request.param))
    other.home()
    return other


def said(other: Sidebar) -> str:
    return str(other.cards) + str(other.notice)


def test_a_view_of_ones_own_is_neither_opened_nor_pinned(desk: Desk, other: Sidebar) -> None:
    with transaction(desk.context.engine) as session:
        folder = folder_of_kind(session, workspace_id=desk.cast.workspace_id, kind="contact")
        values = {"name": SECRET, "columns": ["name"]}
        view = create_view(session, viewer=desk.cast.bob, folder_id=folder.id, values=values).id
    for action in (call("view", id=view), write("pin_view", id=view), call("refresh", at=f"view:{view}")):
        other.click(action)
        assert SECRET not in said(other)
    with transaction(desk.context.engine, read_only=True) as session:
        assert not session.exec(select(ViewPin).where(ViewPin.view_id == view)).all()


def test_settings_of_a_mailbox_are_its_owners(desk: Desk, other: Sidebar) -> None:
    mailbox = desk.cast.mailboxes[desk.cast.bob.member_id]
    for action in (
        {"name": "set_private_default"},
        {"name": "pause_logging", "until": "tomorrow"},
        {"name": "resume_logging"},
    ):
        other.click(write(mailbox=mailbox, **action), **{f"private.{mailbox}": ["on"]})
        assert "not yours" in (other.notice or ""), other.notice
    with transaction(desk.context.engine, read_only=True) as session:
        bobs = session.get_one(Mailbox, mailbox)
        assert (bobs.private_default, bobs.pauses) == (False, [])


def test_what_somebody_never_logs_is_let_in_by_nobody_else(desk: Desk, other: Sidebar) -> None:
    with transaction(desk.context.engine) as session:
        kept = exclude(session, viewer=desk.cast.bob, kind="domain", value="zanzibar.example", workspace_wide=False).id
    other.click(write("log_again", id=kept))
    assert "zanzibar" not in said(other)
    with transaction(desk.context.engine, read_only=True) as session:
        assert session.get(Exclusion, kept)


def test_a_language_is_chosen_for_oneself(desk: Desk, other: Sidebar) -> None:
    other.click(write("set_language", member=desk.cast.bob.member_id), language="de")
    with transaction(desk.context.engine, read_only=True) as session:
        assert session.get_one(Member, desk.cast.bob.member_id).language == ""


def test_a_snippet_of_ones_own_is_neither_read_nor_changed(desk: Desk, other: Sidebar) -> None:
    with transaction(desk.context.engine) as session:
        snippet = create_snippet(session, viewer=desk.cast.bob, name=SECRET, text=SECRET, shared=False).id
    other.compose("jane@acme.com")
    for action in (
        call("insert_snippet", id=snippet),
        call("snippet_form", id=snippet),
        write("save_snippet", snippet=snippet, id=snippet),
        write("delete_snippet", id=snippet, snippet=snippet),
    ):
        other.click(action, snippet=snippet, name="Mine", text="Mine")
        assert SECRET not in said(other)
    with transaction(desk.context.engine, read_only=True) as session:
        assert session.get_one(Snippet, snippet).text == SECRET


class TestPrivateMail:
    @pytest.fixture
    def entry(self, desk: Desk) -> Iterator[str]:
        """Mail that Bob keeps to himself, on a contact that everybody here may see."""
        with transaction(desk.context.engine) as session:
            make_jane(session, desk.cast)
        gmail_id = desk.receive(
            desk.cast.bob, letter("Jane Roe <jane@acme.com>", BOBS, subject=SECRET, body=f"{SECRET}\n")
        )
        with transaction(desk.context.engine) as session:
            mailbox = desk.cast.mailboxes[desk.cast.bob.member_id]
            set_private(session, viewer=desk.cast.bob, mailbox_id=mailbox, gmail_id=gmail_id, private=True)
        with transaction(desk.context.engine, read_only=True) as session:
            yield session.exec(select(TimelineEntry.id).where(TimelineEntry.type == "email")).one()

    def test_it_is_read_by_nobody_else(self, desk: Desk, entry: str, other: Sidebar) -> None:
        with transaction(desk.context.engine, read_only=True) as session:
            jane = session.exec(select(MailboxMessage.gmail_id)).one()
        for action in (
            call("open_entry", id=entry, record=entry),
            call("entry_form", entry=entry, record=entry),
            call("refresh", at=f"entry:{entry}.{entry}"),
            call("search"),
        ):
            other.click(action, search="Zanzibar")
            assert SECRET not in said(other)
        other.open(jane)
        assert SECRET not in said(other)

    def test_it_is_neither_opened_nor_deleted_by_them(self, desk: Desk, entry: str, other: Sidebar) -> None:
        member = next(one.member_id for one in viewers(desk) if one.email == other.email)
        for action in (
            write("answer_entry", entry=entry, member=member, state="granted"),
            write("delete_entry", entry=entry, record=entry),
            write("set_private"),
        ):
            other.click(action, private=[])
        with transaction(desk.context.engine, read_only=True) as session:
            assert session.get(TimelineEntry, entry)
            assert all(one.state != "granted" for one in session.exec(select(EntryAccess)).all())
            assert session.exec(select(MailboxMessage.private)).all() == [True]


def viewers(desk: Desk) -> list[Viewer]:
    return [getattr(desk.cast, name) for name in OTHERS]
