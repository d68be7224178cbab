"""The keys that secrets are encrypted and signed with."""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from app.cli.doctor.findings import Finding, ok, problem, warning
from app.core.context import Context
from app.core.database import transaction
from app.core.security import UndecryptableSecret, Vault
from app.core.settings import Settings
from models import Mailbox


def examine(settings: Settings) -> Iterator[Finding]:
    if not settings.secret_keys and not settings.key_file.exists():
        yield problem(
            "keys",
            f"none in SIDENOTE_SECRET_KEYS, nor in {settings.key_file}",
            "Put back those that were used before. A new installation makes the file: run `sidenote migrate`.",
        )
    elif not _are_fernet(settings):
        yield problem(
            "keys",
            "a key is no Fernet key, or its file cannot be read",
            "Each of SIDENOTE_SECRET_KEYS, or the file sidenote.key beside the database, is 32 bytes in base64.",
        )
    elif settings.secret_keys:
        yield ok("keys", f"{len(settings.secret_keys)} in SIDENOTE_SECRET_KEYS")
    else:
        yield warning(
            "keys",
            f"in the file {settings.key_file}",
            "Keep a copy of it in another place: with a backup alone, every mailbox must be connected anew.",
        )


def examine_grants(context: Context) -> Iterator[Finding]:
    with transaction(context.engine, read_only=True) as session:
        lost = undecryptable(session, context.vault)
    if lost:
        yield problem(
            "grants",
            f"the keys do not open Google's grants to {', '.join(lost)}",
            "Add the key that was used before to SIDENOTE_SECRET_KEYS, or have these mailboxes connected anew.",
        )
    else:
        yield ok("grants", "the keys open what they should")


def undecryptable(session: Session, vault: Vault) -> list[str]:
    """The addresses of mailboxes whose grant was encrypted with a key that is not known here."""
    granted = session.exec(select(Mailbox.address, Mailbox.grant).where(col(Mailbox.grant) != ""))
    return sorted(address for address, grant in granted if not _opens(vault, grant))


def _opens(vault: Vault, grant: str) -> bool:
    try:
        vault.decrypt(grant)
    except UndecryptableSecret:
        return False
    return True


def _are_fernet(settings: Settings) -> bool:
    try:
        Vault(settings.keys())
    except (ValueError, OSError):
        return False
    return True
