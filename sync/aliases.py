"""A mailbox's own addresses, so that mail sent under an alias counts as sent and no alias becomes a contact."""

from datetime import timedelta

from sync.client import GmailClient
from sync.run import Run

REFRESH_AFTER = timedelta(days=1)


def keep_aliases(run: Run, client: GmailClient) -> None:
    """Read the send-as addresses once a day, and before the first import."""
    read_at = run.read().aliases_at
    if read_at and run.now() - read_at < REFRESH_AFTER:
        return
    addresses = sorted({alias["sendAsEmail"].lower() for alias in client.send_as()})
    with run.commit() as (_, mailbox):
        mailbox.aliases = [address for address in addresses if address != mailbox.address]
        mailbox.aliases_at = run.now()
