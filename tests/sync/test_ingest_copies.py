"""The same mail in several mailboxes is one message, one entry, one thread."""

from collections.abc import Callable
from itertools import permutations
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from app.core.database import transaction
from app.workspaces.access import Viewer
from models import MailboxMessage, MailThread, Message, Participant, Record, Task, ThreadLink, TimelineEntry
from sync.by_hand import link_thread
from sync.parse import ParsedMessage
from tests.sync.letters import letter, sent
from tests.sync.office import Office

TO_ALL = "alice@fairfield.example, bob@fairfield.example, carol@fairfield.example"


@pytest.mark.parametrize("order", list(permutations(("alice", "bob", "carol")))[::2])
def test_three_mailboxes_hold_one_message(office: Office, order: tuple[str, ...]) -> None:
    contact = office.create("contact", name="Dana", email="dana@customer.example")
    for name in order:
        office.receive(getattr(office.cast, name), letter(rfc_id="one@customer.example", to=TO_ALL))

    [message] = office.all(Message)
    assert len(office.all(TimelineEntry)) == len(office.all(MailThread)) == 1
    copies = office.all(MailboxMessage)
    assert {copy.mailbox_id for copy in copies} == set(office.cast.mailboxes.values()) - {
        office.cast.mailboxes[office.cast.mallory.member_id]
    }
    assert {copy.message_id for copy in copies} == {message.id}
    assert office.rules(contact) == {"The offer": "address"}


def test_mallory_next_door_has_her_own(office: Office) -> None:
    for viewer in (office.cast.alice, office.cast.mallory):
        office.receive(
            viewer, letter(rfc_id="one@customer.example", to="alice@fairfield.example, mallory@elsewhere.example")
        )

    assert len({message.workspace_id for message in office.all(Message)}) == 2


def test_workers_may_bring_the_same_mail_at_once(office: Office) -> None:
    """Each brings thirty messages that the others have too, written by Alice to people nobody knows yet."""

    def copies(labels: tuple[str, ...]) -> list[ParsedMessage]:
        return [
            sent(
                rfc_id=f"{n}@fairfield.example",
                to=f"p{n % 7}@customer.example, bob@fairfield.example, carol@fairfield.example",
                labels=labels,
                thread=f"{labels}{n % 5}",
            )
            for n in range(30)
        ]

    def work(viewer: Viewer, mail: list[ParsedMessage]) -> Callable[[], None]:
        return lambda: [office.receive(viewer, *mail[at : at + 6]) for at in range(0, 30, 6)]  # type: ignore[func-returns-value]

    cast = office.cast
    _at_once(
        work(cast.alice, copies(("SENT",))),
        work(cast.bob, list(reversed(copies(("INBOX",))))),
        work(cast.carol, copies(("INBOX", "UNREAD"))),
    )

    office.settle()
    assert len(office.all(Message)) == len(office.all(TimelineEntry)) == 30
    assert len(office.all(MailboxMessage)) == 90
    assert len(office.all(MailThread)) == len({message.thread_id for message in office.all(Message)}) == 5
    assert len(office.records("contact")) == 7
    assert len(office.records("company")) == 1


def test_two_workers_make_one_contact_of_one_stranger(office: Office) -> None:
    cast = office.cast
    _at_once(
        *(
            lambda viewer=viewer: office.receive(viewer, sent(sender=viewer.email, subject=viewer.name))
            for viewer in (cast.alice, cast.bob, cast.carol)
        )
    )

    contacts = [record for record in office.all(Record) if record.kind == "contact"]
    companies = [record for record in office.all(Record) if record.kind == "company"]
    assert len(contacts) == len(companies) == 1
    assert set(office.rules(contacts[0].id)) == {cast.alice.name, cast.bob.name, cast.carol.name}


@pytest.mark.parametrize("first", ["alice", "bob"])
def test_blind_copies_are_gathered_from_all_copies(office: Office, first: str) -> None:
    copies = {
        "alice": sent(rfc_id="x@y.example", bcc="bob@fairfield.example, hidden@other.example"),
        "bob": sent(rfc_id="x@y.example", bcc="bob@fairfield.example", labels=("INBOX",)),
    }
    for name in sorted(copies, key=lambda name: name != first):
        office.receive(getattr(office.cast, name), copies[name])

    blind = [one for one in office.all(Participant) if one.role == "bcc"]
    assert sorted(one.address for one in blind) == ["bob@fairfield.example", "hidden@other.example"]
    assert sorted(one.position for one in blind) == [0, 1]


@pytest.mark.parametrize("first", ["alice", "bob"])
def test_the_senders_copy_tells_that_an_unknown_alias_is_ours(office: Office, first: str) -> None:
    words = {"sender": "A <alias@elsewhere.example>", "rfc_id": "x@y.example"}
    copies = {"alice": sent(**words), "bob": sent(**words, labels=("INBOX",))}
    for name in sorted(copies, key=lambda name: name != first):
        office.receive(getattr(office.cast, name), copies[name])

    [message] = office.all(Message)
    [entry] = office.all(TimelineEntry)
    assert message.direction == entry.data["direction"] == "out"


def test_gmail_threads_are_kept(office: Office) -> None:
    office.receive(office.cast.alice, letter(thread="a"), letter(thread="a", day=1), letter(thread="b"))
    office.receive(office.cast.alice, letter(thread="a", day=2))

    assert sorted(_thread_sizes(office)) == [1, 3]


def test_a_shared_message_joins_two_mailboxes_threads(office: Office) -> None:
    alice, bob = office.cast.alice, office.cast.bob
    office.receive(alice, letter(thread="alice", rfc_id="1@x.example"))
    office.receive(bob, letter(thread="bob", rfc_id="2@x.example", day=1))
    assert sorted(_thread_sizes(office)) == [1, 1]

    office.receive(alice, letter(thread="alice", rfc_id="2@x.example", day=1))
    office.settle()

    assert _thread_sizes(office) == [2]
    assert len(office.all(MailThread)) == 1


def test_joined_threads_keep_what_hangs_on_them(office: Office) -> None:
    alice, bob = office.cast.alice, office.cast.bob
    deal = office.create("deal", name="Big deal")
    office.receive(alice, letter(thread="alice", rfc_id="1@x.example"))
    office.receive(bob, letter(thread="bob", rfc_id="2@x.example", day=1, subject="Re: The offer"))
    with transaction(office.engine) as session:
        threads = session.scalars(select(col(Message.thread_id)).order_by(col(Message.sent_at))).all()
        link_thread(session, viewer=bob, thread_id=threads[1], record_id=deal)
        session.add(_task(office, threads[1]))

    office.receive(bob, letter(thread="bob", rfc_id="1@x.example"))
    office.settle()

    [thread] = office.all(MailThread)
    assert {task.thread_id for task in office.all(Task)} == {thread.id}
    assert {link.thread_id for link in office.all(ThreadLink)} == {thread.id}
    assert office.rules(deal) == {"The offer": "thread", "Re: The offer": "thread"}


def test_a_reply_in_another_mailbox_finds_its_thread_by_reference(office: Office) -> None:
    office.receive(office.cast.alice, letter(rfc_id="1@x.example"))
    office.receive(office.cast.bob, letter(subject="Re: The offer", in_reply_to="<1@x.example>", day=1))

    assert _thread_sizes(office) == [2]


def test_gmail_decides_within_a_mailbox_whatever_is_referred_to(office: Office) -> None:
    office.receive(office.cast.alice, letter(thread="a", rfc_id="1@x.example"))
    office.receive(office.cast.alice, letter(thread="b", references="<1@x.example>", subject="Now for something else"))

    assert _thread_sizes(office) == [1, 1]


def _task(office: Office, thread_id: str) -> Task:
    from app.core.clock import utcnow
    from app.core.ids import new_id

    alice = office.cast.alice.member_id
    return Task(
        id=new_id(),
        workspace_id=office.cast.workspace_id,
        title="Call",
        assignee_id=alice,
        created_by=alice,
        thread_id=thread_id,
        created_at=utcnow(),
    )


def _thread_sizes(office: Office) -> list[int]:
    with transaction(office.engine, read_only=True) as session:
        return list(session.scalars(select(func.count()).group_by(col(Message.thread_id)).select_from(Message)))


def _at_once(*works: Callable[[], object]) -> None:
    barrier, failures = Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        try:
            barrier.wait()
            work()
        except BaseException as failure:
            failures.append(failure)

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
