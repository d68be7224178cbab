"""Connecting a mailbox, losing it, finding it again, letting it go."""

from sqlmodel import Session, col, select

from app.core import events, jobs
from app.core.clock import utcnow
from app.core.errors import Conflict, Forbidden
from app.core.ids import new_id
from app.core.security import Vault
from models import Mailbox, Member
from sync.jobs import reconcile_mailbox, wake
from sync.oauth import CONNECT, SCOPES, SignedIn
from sync.resync import expire


class MissingScopes(Forbidden):
    """Google lets people untick single permissions; `missing` names those that a mailbox cannot do without."""

    code = "missing_scopes"

    def __init__(self, missing: tuple[str, ...]) -> None:
        names = ", ".join(scope.removeprefix("https://www.googleapis.com/auth/") for scope in missing)
        super().__init__(f"Google did not grant {names}: connect again and leave every box ticked.")
        self.missing = missing


class NoOfflineAccess(Conflict):
    code = "no_offline_access"


class MailboxTaken(Conflict):
    code = "mailbox_taken"


def connect_mailbox(session: Session, member: Member, signed_in: SignedIn, *, vault: Vault) -> Mailbox:
    """The member's mailbox with a fresh grant; one that was connected before goes on where it stopped.

    Raises MissingScopes, NoOfflineAccess when Google gave no refresh token, MailboxTaken when a colleague (or another
    workspace) holds the address.
    """
    missing = tuple(scope for scope in SCOPES[CONNECT] if scope not in signed_in.scopes)
    if missing:
        raise MissingScopes(missing)
    if signed_in.refresh_token is None:
        raise NoOfflineAccess("Google gave no lasting access: remove Sidenote at myaccount.google.com, then connect.")
    address = signed_in.email.lower()
    mailbox = session.scalar(select(Mailbox).where(col(Mailbox.address) == address))
    event = "mailbox.connected" if mailbox is None else "mailbox.reconnected"
    if mailbox is None:
        mailbox = _new_mailbox(member, address)
        session.add(mailbox)
    elif mailbox.member_id != member.id:
        raise MailboxTaken(f"{address} is connected by somebody else: they must disconnect it first.")
    else:
        mailbox.state = _state_to_resume(mailbox)
    mailbox.grant = vault.encrypt(signed_in.refresh_token)
    mailbox.scopes = sorted(signed_in.scopes)
    mailbox.failures = 0
    mailbox.last_error = mailbox.paused_until = mailbox.watch_expires_at = mailbox.dirty_at = None
    session.flush()
    _tell(session, mailbox, event, actor_id=member.id)
    wake(session, mailbox)
    return mailbox


def disconnect(session: Session, *, mailbox: Mailbox, revoked: str) -> None:
    """Forget the grant, once Google has: see `grants.revoke`. The mail that was stored stays.

    A mailbox that got another grant than the one `revoked` meanwhile was connected anew, and stays so.
    """
    session.refresh(mailbox, with_for_update=True)
    if mailbox.grant != revoked:
        return
    mailbox.grant = ""
    mailbox.scopes = []
    mailbox.state = "disabled"
    mailbox.lease_owner = mailbox.lease_until = None  # a worker that is at it writes nothing more
    mailbox.dirty_at = mailbox.next_sync_at = mailbox.watch_expires_at = None
    _tell(session, mailbox, "mailbox.disconnected", actor_id=mailbox.member_id)


def resync(session: Session, *, mailbox: Mailbox) -> None:
    """Have the next sync compare the whole mailbox with the store."""
    expire(session, mailbox)
    wake(session, mailbox)


def rescan(session: Session, *, mailbox: Mailbox) -> None:
    """After a change of what is kept (mode, label, exclusions): list the scope again and judge filtered mail anew."""
    jobs.enqueue(session, reconcile_mailbox, mailbox.id, True, key=f"{mailbox.id}:{new_id()}")


def _new_mailbox(member: Member, address: str) -> Mailbox:
    return Mailbox(
        id=new_id(),
        workspace_id=member.workspace_id,
        member_id=member.id,
        address=address,
        created_at=utcnow(),
    )


def _state_to_resume(mailbox: Mailbox) -> str:
    if mailbox.cursor is None:
        return "new"
    return "live" if mailbox.listing_id is None else "backfill"


def _tell(session: Session, mailbox: Mailbox, event: str, *, actor_id: str) -> None:
    events.emit(session, event, workspace_id=mailbox.workspace_id, subject_id=mailbox.id, actor_id=actor_id)
