"""Receipts: what was handed out or erased, when and by whom. One of an erasure says nothing of whom it was about."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from models import Erasure, Member, Workspace

NO_WAY_BACK = "This cannot be undone. Backups that were made before still hold the data until they are deleted."
_KEPT = (
    "Kept: a keyed hash of each address, from which the address cannot be read. By it, mail with this person and rows "
    "of imports that name them are left out from now on."
)


def erasure_receipt(session: Session, erasure: Erasure) -> str:
    """Plain text, for the person and for the files of the workspace."""
    who, where = _names(session, erasure.member_id, erasure.workspace_id)
    if erasure.finished_at is None:
        return f"Under way since {_at(erasure.started_at)}, ordered by {who}: {erasure.handled} of {erasure.total}."
    return "\n".join(
        [
            f"Personal data erased from {where}",
            "",
            f"Receipt: {erasure.id}",
            f"Ordered by {who} on {_at(erasure.started_at)}, completed on {_at(erasure.finished_at)}.",
            "",
            *_counted(erasure.counts),
            "",
            _KEPT,
            "Mail in which other people from outside took part stays for them, without this person's name, addresses "
            "and numbers. Amounts of deals and quotes stay, as accounts need them.",
            NO_WAY_BACK,
        ]
    )


def export_receipt(
    session: Session, *, member_id: str, workspace_id: str, made_at: datetime, counts: Mapping[str, int]
) -> str:
    """Plain text, put into the archive."""
    who, where = _names(session, member_id, workspace_id)
    return "\n".join(
        [
            f"Everything that {where} holds about one person",
            "",
            f"Made by {who} on {_at(made_at)}.",
            "",
            *_counted(counts),
            "",
            "index.html shows everything; json/ and csv/ hold the same for machines and spreadsheets. mentions/ holds "
            "what else names the person: it may tell of others, so look through it before you hand it on.",
            "Not in it: mail that a colleague keeps private and the person took no part in, and files attached to "
            "mail, which are in Gmail.",
        ]
    )


def _names(session: Session, member_id: str, workspace_id: str) -> tuple[str, str]:
    return session.get_one(Member, member_id).name, session.get_one(Workspace, workspace_id).name


def _counted(counts: Mapping[str, int]) -> list[str]:
    return [f"{counts[name]:>8,}  {name.replace('_', ' ')}" for name in sorted(counts) if counts[name]]


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
