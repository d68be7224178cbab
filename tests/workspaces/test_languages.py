"""The language that a member chose for themselves."""

import pytest
from sqlmodel import select

from app.core.database import transaction
from app.core.errors import InvalidInput
from app.workspaces.languages import set_language
from models import Event, Member
from tests.cast import gather
from tests.conftest import Database


def test_a_member_chooses_a_language_and_leaves_it_to_gmail_again(database: Database) -> None:
    bob = gather(database.engine).bob
    for language in ("uk", "uk", ""):
        with transaction(database.engine) as session:
            set_language(session, viewer=bob, language=language)
        with transaction(database.engine, read_only=True) as session:
            assert session.get_one(Member, bob.member_id).language == language
    with transaction(database.engine, read_only=True) as session:
        told = session.scalars(select(Event).where(Event.type == "member.language_set")).all()
        assert [event.data for event in told] == [{"language": "uk"}, {"language": ""}]


def test_a_language_that_sidenote_does_not_speak_is_refused(database: Database) -> None:
    bob = gather(database.engine).bob
    with transaction(database.engine) as session, pytest.raises(InvalidInput) as refused:
        set_language(session, viewer=bob, language="tlh")
    assert refused.value.field == "language"
