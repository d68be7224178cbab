"""A thread as attribution sees it: what it is called, what it answers, and which outsiders take part."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.freemail import is_freemail
from app.mail.colleagues import colleagues
from app.records.search.folding import fold
from models import Correspondent, Message, Participant
from sync.envelope import CORRESPONDING
from sync.ingest.threads import bare_subject

MAX_MESSAGES, MAX_PEOPLE = 50, 100


@dataclass(frozen=True, slots=True)
class Thread:
    """`subjects` are folded and without prefixes; `keys` and `domains` those of the outsiders, free mail left out.

    `references` are Message-IDs that its messages answer; `has_human` says whether a person wrote any of it.
    """

    id: str
    workspace_id: str
    subjects: frozenset[str]
    references: frozenset[str]
    keys: frozenset[str]
    domains: frozenset[str]
    last_at: datetime
    has_human: bool

    @property
    def people(self) -> str:
        """A digest of the set of outsiders."""
        return hashlib.sha256("\n".join(sorted(self.keys)).encode()).hexdigest()


def read_thread(session: Session, *, workspace_id: str, thread_id: str) -> Thread | None:
    """The latest MAX_MESSAGES of a thread, or None when it has no mail here."""
    columns = (col(Message.subject), col(Message.facts), col(Message.sent_at), col(Message.kind))
    here = (col(Message.workspace_id) == workspace_id) & (col(Message.thread_id) == thread_id)
    newest = select(*columns).where(here).order_by(col(Message.sent_at).desc()).limit(MAX_MESSAGES)
    rows = session.execute(newest).all()
    if not rows:
        return None
    us = colleagues(session, workspace_id=workspace_id)
    people = (
        select(col(Correspondent.key), col(Correspondent.domain))
        .join(Participant, col(Participant.correspondent_id) == col(Correspondent.id))
        .join(Message, col(Message.id) == col(Participant.message_id))
        .where(here, col(Participant.role).in_(CORRESPONDING))
        .distinct()
        .order_by(col(Correspondent.key))
        .limit(MAX_PEOPLE)
    )
    outsiders = [(key, domain) for key, domain in session.execute(people) if not us.include(key, domain)]
    return Thread(
        id=thread_id,
        workspace_id=workspace_id,
        subjects=frozenset(normal_subject(subject) for subject, *_ in rows),
        references=frozenset(id for _, facts, *_ in rows for id in facts.get("references", ())),
        keys=frozenset(key for key, _ in outsiders),
        domains=frozenset(domain for _, domain in outsiders if domain and not is_freemail(domain)),
        last_at=rows[0].sent_at,
        has_human=any(kind == "human" for *_, kind in rows),
    )


def normal_subject(subject: str) -> str:
    return " ".join(fold(bare_subject(subject)).split())
