"""Pushes from Gmail: a watch lasts seven days and is renewed daily.

See https://developers.google.com/workspace/gmail/api/guides/push
"""

from datetime import UTC, datetime, timedelta

import structlog

from models import Mailbox
from sync.client import GmailClient
from sync.errors import BadRequest
from sync.run import Run

RENEW_BEFORE = timedelta(days=6)
WARN_BEFORE = timedelta(hours=48)

log = structlog.get_logger()


def keep_watch(run: Run, client: GmailClient) -> None:
    """Renew the watch when its last renewal is a day old. A watch that fails leaves polling, and a warning."""
    topic = run.settings.pubsub_topic
    expires_at = run.read().watch_expires_at
    if not topic or (expires_at and expires_at - run.now() > RENEW_BEFORE):
        return
    try:
        answer = client.watch(topic=topic)
    except BadRequest:
        # Gmail allows one watch per developer, and refuses another until the old one is stopped.
        client.stop_watch()
        try:
            answer = client.watch(topic=topic)
        except BadRequest as error:
            log.warning("sync.watch_refused", mailbox=run.mailbox_id, error=error.message)
            return
    with run.commit() as (_, mailbox):
        mailbox.watch_expires_at = datetime.fromtimestamp(int(answer["expiration"]) / 1000, UTC)


def is_ending(mailbox: Mailbox, *, now: datetime) -> bool:
    """Whether the watch will end soon: its renewal has failed for days, or never was."""
    return mailbox.watch_expires_at is None or mailbox.watch_expires_at - now < WARN_BEFORE
