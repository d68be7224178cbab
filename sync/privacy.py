"""Whether mail of a mailbox is its owner's alone from the start. One mail at a time: `by_hand.set_private`."""

from sqlmodel import Session

from app.core.errors import NotFound
from app.core.events import emit
from app.workspaces.access import Viewer
from models import Mailbox


def set_private_default(session: Session, *, viewer: Viewer, mailbox_id: str, private: bool) -> Mailbox:
    """From now on, keep the text of what is stored from a mailbox of the viewer's own to its holders, or open it.

    What is stored already stays as it is. A mail that a colleague's mailbox leaves open is open.
    """
    mailbox = session.get(Mailbox, mailbox_id, with_for_update=True)
    if mailbox is None or mailbox.member_id != viewer.member_id:
        raise NotFound("This mailbox does not exist, or is not yours.")
    if mailbox.private_default != private:
        mailbox.private_default = private
        emit(
            session,
            "mailbox.privacy_set",
            workspace_id=mailbox.workspace_id,
            subject_id=mailbox.id,
            actor_id=viewer.member_id,
            data={"private": private},
        )
    return mailbox
