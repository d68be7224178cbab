"""A whole Sidenote on one machine: an emulated Gmail with mail in it, a database, a workspace with its mailboxes."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, select

from app.core import jobs
from app.core.clock import utcnow
from app.core.context import Context, build_context
from app.core.database import transaction
from app.core.errors import InvalidInput
from app.core.schema import upgrade
from app.core.settings import Settings
from app.demo.context import DemoMember
from app.demo.mailbox import COLLEAGUES, demo_messages
from app.demo.mailbox.people import people
from app.demo.records import put_in_contacts
from app.demo.sales import put_in_price_list_and_lead
from app.workspaces.access import viewer_by_id
from app.workspaces.invitations import invite
from app.workspaces.roles import roles
from app.workspaces.signin import Identity, sign_in
from models import Member, Workspace
from sync.emulator import DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, GmailEmulator, Quota, serve
from sync.emulator.mailfiles import guess_owner, load_mail
from sync.mailboxes import connect_mailbox
from sync.oauth import CONNECT, SCOPES, SignedIn

SERVICE_ACCOUNT = "gsuite-addon@demo.iam.gserviceaccount.example"
PUSH_ACCOUNT = "push@demo.iam.gserviceaccount.example"
ADDON_CLIENT = "demo-addon.apps.googleusercontent.example"
TOPIC = "projects/demo/topics/gmail"


@dataclass(frozen=True)
class Installation:
    """`workspace_id` and `mailbox_ids` of the members, in their order; the first member is whose mail it is."""

    context: Context
    emulator: GmailEmulator
    gmail_url: str
    members: tuple[DemoMember, ...]
    workspace_id: str
    mailbox_ids: tuple[str, ...]


@contextmanager
def install(
    *, data_dir: Path, base_url: str, mail: Path | None = None, address: str | None = None
) -> Iterator[Installation]:
    """Set everything up under `data_dir`, with the fictional mail or the mail files at `mail`.

    `address` names the owner of the mail files; without it, it is guessed from them.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    emulator = GmailEmulator(quota=Quota.unlimited())
    members = _fill_from(emulator, mail, address) if mail else _fill_with_story(emulator)
    with ExitStack() as stack:
        gmail = stack.enter_context(serve(emulator))
        settings = _settings(data_dir, base_url, gmail.url)
        emulator.push.subscribe(TOPIC, settings.push_url, service_account=PUSH_ACCOUNT)
        context = build_context(settings)
        stack.callback(context.engine.dispose)
        upgrade(context.engine)
        jobs.migrate(settings.database_url)
        with transaction(context.engine) as session:
            workspace_id, mailbox_ids = _seat(session, context, emulator, members)
            if mail is None:
                put_in_price_list_and_lead(session, members=members)
                put_in_contacts(session, members=members)
        yield Installation(context, emulator, gmail.url, members, workspace_id, mailbox_ids)


def _fill_with_story(emulator: GmailEmulator) -> tuple[DemoMember, ...]:
    members = tuple(
        DemoMember(key, people()[key].name, people()[key].email, people()[key].title, f"demo-{key}")
        for key in COLLEAGUES
    )
    for member in members:
        emulator.add_mailbox(member.email, name=member.name)
    threads: dict[tuple[str, str], str] = {}
    for message in demo_messages(utcnow()):
        conversation = (message.mailbox, message.thread_key)
        gmail_id = emulator.deliver(
            message.mailbox,
            message.raw,
            labels=list(message.labels),
            internal_date=message.internal_date,
            thread_id=threads.get(conversation),
        )
        threads.setdefault(conversation, gmail_id)
    return members


def _fill_from(emulator: GmailEmulator, mail: Path, address: str | None) -> tuple[DemoMember, ...]:
    owner = address or _owner_of(mail)
    load_mail(emulator, mail, address=owner)
    name = owner.partition("@")[0].replace(".", " ").title()
    return (DemoMember("me", name, owner, "", "demo-me"),)


def _owner_of(mail: Path) -> str:
    try:
        return guess_owner(mail)
    except ValueError:
        raise InvalidInput(
            f"mbox: {mail} holds no mail that tells whose it is. Give an .mbox file or a folder of .eml files, or the "
            "owner with --address.",
            field="mbox",
        ) from None


def _settings(data_dir: Path, base_url: str, gmail_url: str) -> Settings:
    return Settings(
        database_url=f"sqlite:///{data_dir / 'sidenote.db'}",
        base_url=base_url,
        worker_slot="demo",
        oauth_client_id=DEFAULT_CLIENT_ID,
        oauth_client_secret=DEFAULT_CLIENT_SECRET,
        oauth_auth_url=f"{gmail_url}/o/oauth2/v2/auth",
        oauth_token_url=f"{gmail_url}/token",
        oauth_revoke_url=f"{gmail_url}/revoke",
        google_certs_url=f"{gmail_url}/oauth2/v1/certs",
        gmail_api_root=gmail_url,
        gmail_quota="none",
        pubsub_topic=TOPIC,
        push_service_account=PUSH_ACCOUNT,
        addon_service_account=SERVICE_ACCOUNT,
        addon_client_id=ADDON_CLIENT,
    )


def _seat(
    session: Session, context: Context, emulator: GmailEmulator, members: tuple[DemoMember, ...]
) -> tuple[str, tuple[str, ...]]:
    """The members' workspace, founded by Alice where she is among them, and a connected mailbox for each."""
    founder = next((member for member in members if member.key == "alice"), members[0])
    admin = sign_in(session, _identity(founder))
    seats = {founder.key: admin}
    for member in members:
        if member is not founder:
            seats[member.key] = _seat_colleague(session, admin, member)
    if len(members) > 1:
        workspace = session.get_one(Workspace, admin.workspace_id)
        workspace.name = people()[founder.key].company
        workspace.internal_domains = [founder.email.partition("@")[2]]
        session.add(workspace)
    mailboxes = []
    for member in members:
        signed_in = SignedIn(
            sub=member.subject,
            email=member.email,
            name=member.name,
            refresh_token=emulator.grant(member.email, list(SCOPES[CONNECT])),
            scopes=frozenset(SCOPES[CONNECT]),
            purpose=CONNECT,
            addon_sub=None,
        )
        mailboxes.append(connect_mailbox(session, seats[member.key], signed_in, vault=context.vault).id)
    return admin.workspace_id, tuple(mailboxes)


def _seat_colleague(session: Session, admin: Member, colleague: DemoMember) -> Member:
    if session.scalar(select(Member).where(col(Member.google_sub) == colleague.subject)) is None:
        viewer = viewer_by_id(session, admin.id)
        rep = next(role for role in roles(session, viewer=viewer) if role.name == "Rep")
        invite(session, viewer=viewer, email=colleague.email, role_ids=[rep.id])
    return sign_in(session, _identity(colleague))


def _identity(member: DemoMember) -> Identity:
    return Identity(member.subject, member.email, member.name, hosted_domain=member.email.partition("@")[2])
