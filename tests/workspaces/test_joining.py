"""Who counts as a colleague: the accounts that one Google Workspace domain manages, whatever addresses say."""

from dataclasses import replace

import pytest
from sqlmodel import Session, select

from app.core.database import transaction
from app.core.errors import InvalidInput
from app.workspaces.access import Viewer, viewer_by_id
from app.workspaces.invitations import invite
from app.workspaces.policy import set_join_domains
from app.workspaces.roles import roles
from app.workspaces.signin import Identity, InvitationToAnswer, sign_in
from models import Event, Member
from tests.cast import ALICE, BOB, COMPANY
from tests.conftest import Database

LOOKALIKE = Identity("sub-lookalike", f"mallory@{COMPANY}", "Mallory Marsh")
"""A private Google account, signed up with an address at the company."""


def seat(session: Session, identity: Identity) -> Viewer:
    return viewer_by_id(session, sign_in(session, identity).id)


def invite_bob(session: Session, host: Viewer) -> None:
    rep = next(role for role in roles(session, viewer=host) if role.name == "Rep")
    invite(session, viewer=host, email=BOB.email, role_ids=[rep.id])


def test_an_address_at_a_domain_does_not_open_it(database: Database):
    with transaction(database.engine) as session:
        mallory = seat(session, LOOKALIKE)
        with pytest.raises(InvalidInput, match="Ask such an admin, or sign in again") as refused:
            set_join_domains(session, viewer=mallory, domains=[COMPANY])
        assert refused.value.field == "domains"
        assert sign_in(session, BOB).workspace_id != mallory.workspace_id


def test_an_admin_opens_only_the_domain_that_manages_their_account(database: Database):
    with transaction(database.engine) as session:
        alice = seat(session, ALICE)
        with pytest.raises(InvalidInput, match=r"other\.example can only be opened"):
            set_join_domains(session, viewer=alice, domains=[COMPANY, "other.example"])
        assert set_join_domains(session, viewer=alice, domains=[COMPANY]).join_domains == [COMPANY]
        assert sign_in(session, BOB).workspace_id == alice.workspace_id
        assert sign_in(session, LOOKALIKE).workspace_id != alice.workspace_id


def test_an_invitation_from_an_address_at_the_company_is_asked_about(database: Database):
    with transaction(database.engine) as session:
        invite_bob(session, seat(session, LOOKALIKE))
        with pytest.raises(InvitationToAnswer) as asked:
            sign_in(session, BOB)
        assert [offer.inviter_email for offer in asked.value.offers] == [LOOKALIKE.email]


def test_two_private_accounts_are_no_colleagues(database: Database):
    with transaction(database.engine) as session:
        invite_bob(session, seat(session, LOOKALIKE))
        with pytest.raises(InvitationToAnswer):
            sign_in(session, replace(BOB, hosted_domain=None))


def test_each_sign_in_records_anew_what_manages_the_account(database: Database):
    with transaction(database.engine) as session:
        alice = seat(session, replace(ALICE, hosted_domain=None))
        sign_in(session, ALICE)
        assert set_join_domains(session, viewer=alice, domains=[COMPANY]).join_domains == [COMPANY]
        sign_in(session, replace(ALICE, hosted_domain=None))
        assert session.get_one(Member, alice.member_id).hosted_domain is None
        invite_bob(session, alice)
        with pytest.raises(InvitationToAnswer):
            sign_in(session, BOB)
        changes = session.scalars(select(Event).where(Event.type == "member.changed").order_by(Event.id)).all()
        assert [change.data for change in changes] == [{"hosted_domain": COMPANY}, {"hosted_domain": None}]
