"""How often the deal that a thread is put on by itself is the right one, on threads labelled by hand."""

import sys
from collections import Counter

from sqlalchemy import select
from sqlmodel import col

import sync.attribution.rule  # noqa: F401  (its consumer must be known when mail is stored)
from app.core.database import transaction
from models import Message, Record, ThreadLink
from tests.sync.attribution.threads import Labelled, labelled_threads
from tests.sync.attribution.world import arrive, furnish
from tests.sync.office import Office


def test_at_least_95_percent_of_automatic_links_are_right(office: Office) -> None:
    threads = list(labelled_threads())
    assert len(threads) >= 300
    furnish(office)
    office.receive(office.cast.alice, *(mail for thread in threads for mail in arrive(thread)))
    office.settle()

    counts = _judge(threads, _deals_by_letter(office))
    linked, owed = counts["right"] + counts["wrong"], counts["right"] + counts["missed"] + counts["mistaken"]
    precision, recall = counts["right"] / linked, counts["right"] / owed
    sys.stdout.write(f"\n{len(threads)} threads, {linked} linked: precision {precision:.3f}, recall {recall:.3f}\n")
    assert precision >= 0.95
    assert recall >= 0.5


def _deals_by_letter(office: Office) -> dict[str, str]:
    """The deal that each letter's thread was put on by its score."""
    query = (
        select(col(Message.rfc_message_id), col(Record.name))
        .join(ThreadLink, col(ThreadLink.thread_id) == col(Message.thread_id))
        .join(Record, col(Record.id) == col(ThreadLink.record_id))
        .where(col(ThreadLink.rule) == "attribution")
    )
    with transaction(office.engine, read_only=True) as session:
        return dict(session.execute(query).all())


def _judge(threads: list[Labelled], linked: dict[str, str]) -> Counter[str]:
    """`right` and `wrong` links (`mistaken` of them where another deal was the right one), and `missed` ones."""
    counts: Counter[str] = Counter()
    for thread in threads:
        deal = linked.get(thread.letters[0].id)
        if deal and deal != thread.deal:
            sys.stdout.write(f"{thread.scenario}: {deal}, but it is about {thread.deal}\n")
        if deal:
            counts["right" if deal == thread.deal else "wrong"] += 1
            counts["mistaken"] += thread.deal is not None and deal != thread.deal
        else:
            counts["missed"] += thread.deal is not None
    return counts
