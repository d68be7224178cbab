"""Whose mail a role opens: on cards, on the timeline, everywhere the same."""

import pytest

import app.timeline.reactions  # noqa: F401
from app.core.database import transaction
from app.core.hot import reading
from app.records.service import create_record
from app.timeline.feed import newest_entries
from app.timeline.pages import Wanted, timeline_page
from app.workspaces.access import Viewer, viewer_by_id
from app.workspaces.seats import refresh_access
from models import Member, Team
from tests.cast import Cast, gather, granted
from tests.conftest import Database
from tests.timeline.mail import store_mail


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


@pytest.fixture
def dana(database: Database, cast: Cast) -> str:
    """A contact of nobody's, with a mail that Bob and one that Carol holds."""
    with transaction(database.engine) as session:
        contact = create_record(session, workspace_id=cast.workspace_id, kind="contact", values={"name": "Dana"})
        for holder in (cast.bob, cast.carol):
            box = cast.mailboxes[holder.member_id]
            store_mail(
                session,
                workspace_id=cast.workspace_id,
                record_ids=[contact.id],
                mailbox_ids=[box],
                subject=f"To {holder.name}",
            )
        return contact.id


def read(database: Database, viewer: Viewer, record_id: str) -> set[str]:
    """Subjects that the viewer reads; the card and the list tell the same, and nothing of the rest."""
    with reading(database.engine) as reader:
        newest = newest_entries(reader, viewer=viewer, record_id=record_id, limit=10)
    with transaction(database.engine, read_only=True) as session:
        page = timeline_page(session, viewer=viewer, record_id=record_id, wanted=Wanted(), cursor=None, limit=10)
    assert newest == page.entries
    assert len(newest) == 2
    assert all(
        entry.title == "Private email" and not entry.summary and not entry.data for entry in newest if entry.locked
    )
    return {entry.title for entry in newest if not entry.locked}


@pytest.mark.parametrize("scope", ["all", "territory"])
def test_wide_rights_open_all_that_is_not_private(database: Database, cast: Cast, dana: str, scope: str):
    assert read(database, granted(cast.bob, mail=scope), dana) == {"To Bob Berg", "To Carol Chen"}


@pytest.mark.parametrize("scope", ["none", "own"])
def test_narrow_rights_open_ones_own_mail(database: Database, cast: Cast, dana: str, scope: str):
    assert read(database, granted(cast.bob, mail=scope), dana) == {"To Bob Berg"}
    assert read(database, cast.alice, dana) == {"To Bob Berg", "To Carol Chen"}


def test_a_team_opens_what_its_members_hold(database: Database, cast: Cast, dana: str):
    assert read(database, granted(cast.bob, mail="team"), dana) == {"To Bob Berg"}
    with transaction(database.engine) as session:
        team = Team(id="t" * 26, workspace_id=cast.workspace_id, name="Sales")
        session.add(team)
        session.flush()
        for member_id in (cast.bob.member_id, cast.carol.member_id):
            session.get_one(Member, member_id).team_id = team.id
        refresh_access(session, workspace_id=cast.workspace_id)
        bob = viewer_by_id(session, cast.bob.member_id)
    assert read(database, granted(bob, mail="team"), dana) == {"To Bob Berg", "To Carol Chen"}
