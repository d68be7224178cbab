"""What a change in the workspace means for its mailboxes."""

from sqlmodel import Session, col, select

from app.core import jobs
from app.core.database import transaction
from app.core.events import subscribe
from app.core.jobs import JobContext
from app.core.security import Vault
from models import Event, Mailbox, Member
from sync.exclusions import rescan_all
from sync.grants import revoke
from sync.mailboxes import disconnect


@subscribe("judge-mail-anew", "workspace.changed")
def judge_mail_anew(session: Session, event: Event) -> None:
    if "internal_domains" in event.data:
        rescan_all(session, workspace_id=event.workspace_id)


@subscribe("disconnect-leavers", "member.removed")
def disconnect_leavers(session: Session, event: Event) -> None:
    for mailbox_id in session.scalars(select(Mailbox.id).where(col(Mailbox.member_id) == event.subject_id)):
        jobs.enqueue(session, disconnect_leaver, mailbox_id, key=f"leaver:{event.id}:{mailbox_id}")


@jobs.job("sync.disconnect")
def disconnect_leaver(context: JobContext, mailbox_id: str) -> None:
    """Give the grant of a removed member back to Google; one who was let back in meanwhile keeps it."""
    with transaction(context.engine, read_only=True) as session:
        mailbox = session.get_one(Mailbox, mailbox_id)
        grant = mailbox.grant
        if not grant or session.get_one(Member, mailbox.member_id).active:
            return
    revoke(context.settings, Vault(context.settings.keys()), grant=grant)
    with transaction(context.engine) as session:
        disconnect(session, mailbox=session.get_one(Mailbox, mailbox_id), revoked=grant)
