"""A mailbox whose mail is its owner's alone from the start."""

import pytest

from app.core.database import transaction
from app.core.errors import NotFound
from app.workspaces.access import Viewer
from models import Event, Mailbox, MailboxMessage, TimelineEntry
from sync.by_hand import set_private
from sync.privacy import set_private_default
from tests.sync.letters import letter
from tests.sync.office import Office


def test_what_comes_after_is_private_and_what_was_there_stays_open(office: Office) -> None:
    alice = office.cast.alice
    office.receive(alice, letter(subject="Before"))
    for _ in range(2):
        _keep(office, alice, private=True)
    office.receive(alice, letter(subject="After"))
    assert _privacy(office) == {"Before": False, "After": True}

    _keep(office, alice, private=False)
    office.receive(alice, letter(subject="Open again"))
    assert _privacy(office) == {"Before": False, "After": True, "Open again": False}
    assert len([one for one in office.all(Event) if one.type == "mailbox.privacy_set"]) == 2


def test_a_colleague_who_leaves_it_open_opens_it(office: Office) -> None:
    alice, bob = office.cast.alice, office.cast.bob
    _keep(office, alice, private=True)
    office.receive(alice, letter(subject="Ours", rfc_id="1@x.example"))
    assert _privacy(office) == {"Ours": True}
    office.receive(bob, letter(subject="Ours", rfc_id="1@x.example"))
    assert _privacy(office) == {"Ours": False}


def test_mail_that_was_opened_by_hand_stays_open(office: Office) -> None:
    alice, mail = office.cast.alice, letter(subject="Opened", rfc_id="1@x.example")
    _keep(office, alice, private=True)
    office.receive(alice, mail)
    with transaction(office.engine) as session:
        mailbox_id = office.cast.mailboxes[alice.member_id]
        set_private(session, viewer=alice, mailbox_id=mailbox_id, gmail_id=mail.gmail_id, private=False)
    office.receive(alice, letter(subject="Opened", rfc_id="1@x.example"))
    assert _privacy(office) == {"Opened": False}
    assert {copy.private for copy in office.all(MailboxMessage)} == {False}


@pytest.mark.parametrize("who", ["bob", "mallory"])
def test_only_its_owner_decides(office: Office, who: str) -> None:
    with transaction(office.engine) as session, pytest.raises(NotFound):
        set_private_default(
            session,
            viewer=getattr(office.cast, who),
            mailbox_id=office.cast.mailboxes[office.cast.alice.member_id],
            private=True,
        )
    assert not any(box.private_default for box in office.all(Mailbox))


def _keep(office: Office, viewer: Viewer, *, private: bool) -> None:
    with transaction(office.engine) as session:
        mailbox_id = office.cast.mailboxes[viewer.member_id]
        set_private_default(session, viewer=viewer, mailbox_id=mailbox_id, private=private)


def _privacy(office: Office) -> dict[str, bool]:
    return {entry.title: entry.private for entry in office.all(TimelineEntry)}
