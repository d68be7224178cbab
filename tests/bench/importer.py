"""`python -m tests.bench.importer GMAIL_URL REFRESH_TOKEN`: import one mailbox, print seconds and messages stored."""

import json
import sys
import time

import app.registry  # noqa: F401
from app.core import collector
from app.core.context import build_context
from app.core.database import transaction
from app.core.settings import Settings
from app.workspaces.signin import Identity, sign_in
from sync.emulator import DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET
from sync.engine import run_once
from sync.mailboxes import connect_mailbox
from sync.oauth import CONNECT, SCOPES, SignedIn
from sync.summary import summarise
from tests.bench.mail import ADDRESS


def main(gmail_url: str, refresh_token: str) -> None:
    settings = Settings(
        gmail_api_root=gmail_url,
        oauth_token_url=f"{gmail_url}/token",
        google_certs_url=f"{gmail_url}/oauth2/v1/certs",
        oauth_client_id=DEFAULT_CLIENT_ID,
        oauth_client_secret=DEFAULT_CLIENT_SECRET,
        gmail_quota="none",
    )
    context = build_context(settings)
    scopes = frozenset(SCOPES[CONNECT])
    with transaction(context.engine) as session:
        member = sign_in(session, Identity("bench", ADDRESS, "Bench"))
        signed_in = SignedIn("bench", ADDRESS, "Bench", refresh_token, scopes, CONNECT, None)
        mailbox_id = connect_mailbox(session, member, signed_in, vault=context.vault).id
        workspace_id = member.workspace_id
    collector.settle()
    started = time.perf_counter()
    run_once(context.engine, settings, mailbox_id)
    seconds = time.perf_counter() - started
    with transaction(context.engine, read_only=True) as session:
        stored = summarise(session, workspace_id=workspace_id).stored
    sys.stdout.write(json.dumps({"seconds": seconds, "stored": stored}))


main(sys.argv[1], sys.argv[2])
