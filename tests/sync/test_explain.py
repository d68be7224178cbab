"""Why a message is, or is not, where a person looks for it."""

import orjson
import pytest

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import NotFound
from app.workspaces.access import Viewer
from models import Message, MessageAlias, SyncItem
from sync.by_hand import link_thread, unlog_message
from sync.explain import Explanation, explain
from sync.ingest import record_failed
from tests.sync.letters import bounce, letter, sent
from tests.sync.office import Office


def test_every_copy_rule_and_participant_is_told(office: Office) -> None:
    alice, bob = office.cast.alice, office.cast.bob
    office.create("contact", name="Dana", email="dana@customer.example")
    office.create("company", name="Customer", domain="customer.example")
    deal = office.create("deal", name="Big deal")
    words = {"rfc_id": "1@x.example", "cc": "Eve <eve+x@gmail.com>, bob@fairfield.example, ann@other.example"}
    office.receive(alice, letter(**words))
    office.receive(bob, letter(**words, labels=("SPAM",)), letter(**words, thread="second"))
    with transaction(office.engine) as session:
        link_thread(session, viewer=alice, thread_id=office.all(Message)[0].thread_id, record_id=deal)

    told = _explain(office, "<1@x.example>")

    assert [(copy.mailbox, copy.outcome, copy.reason) for copy in told.copies] == [
        ("alice@fairfield.example", "stored", None),
        ("bob@fairfield.example", "stored", None),
    ]
    assert [(link.record, link.rule, link.by) for link in told.links] == [
        ("company Customer", "domain", None),
        ("contact Dana", "address", None),
        ("deal Big deal", "thread", "Alice Fairfield"),
    ]
    assert {(one.role, one.address_key): one.verdict for one in told.participants} == {
        ("from", "dana@customer.example"): "address of contact Dana; domain customer.example of company Customer",
        ("to", "alice@fairfield.example"): "a colleague, never matched",
        ("cc", "bob@fairfield.example"): "a colleague, never matched",
        ("cc", "eve@gmail.com"): "no record has this address; gmail.com is a free-mail domain and tells no company",
        ("cc", "ann@other.example"): "no record has this address; no company has the domain other.example",
    }
    assert "on deal Big deal: rule thread, by Alice Fairfield" in told.lines
    assert orjson.loads(orjson.dumps(told.as_dict()))["message_id"] == told.message_id


def test_a_message_is_found_under_each_of_its_names(office: Office) -> None:
    alice, mail = office.cast.alice, letter(rfc_id="1@x.example")
    office.receive(alice, mail)
    with transaction(office.engine) as session:
        session.add(
            MessageAlias(
                mailbox_id=office.cast.mailboxes[alice.member_id],
                alias="msg-a:r-123Abc",
                workspace_id=office.cast.workspace_id,
                gmail_id=mail.gmail_id,
                gmail_thread_id=mail.gmail_thread_id,
            )
        )
    [message] = office.all(Message)
    number = int(mail.gmail_id, 16)

    for ref in (
        message.id,
        mail.gmail_id,
        mail.gmail_id.upper(),
        f"#msg-f:{number}",
        "msg-a:r-123Abc",
        "1@x.example",
        "rfc822msgid:1@x.example",
    ):
        assert _explain(office, ref).message_id == message.id, ref


def test_filtered_failed_and_waiting_mail_has_its_reason(office: Office) -> None:
    alice = office.cast.alice
    filtered, failed = letter(sender="bob@fairfield.example"), letter()
    office.receive(alice, filtered)
    with transaction(office.engine) as session:
        mailbox = office.mailbox(session, alice)
        record_failed(session, mailbox, failed.gmail_id, gmail_thread_id="t", reason="HTTP 500", attempts=5)
        session.add(
            SyncItem(
                mailbox_id=mailbox.id,
                kind="message",
                gmail_id="18c0ffee",
                workspace_id=mailbox.workspace_id,
                priority=1,
                position=0,
                attempts=2,
                not_before=utcnow(),
                last_error="HTTP 429",
            )
        )

    assert _explain(office, filtered.gmail_id).lines == [
        f"{filtered.gmail_id}: not stored",
        f"in alice@fairfield.example, id {filtered.gmail_id}: filtered (internal: everyone is a colleague), attempts 1",
    ]
    assert _explain(office, failed.gmail_id).lines[1].endswith("failed (HTTP 500), attempts 5")
    assert _explain(office, "18c0ffee").lines[1].endswith("waiting (HTTP 429), attempts 2")


def test_an_unlogged_message_names_who_did_it(office: Office) -> None:
    office.create("contact", name="Dana", email="dana@customer.example")
    mail = letter()
    office.receive(office.cast.alice, mail)
    assert "on contact Dana: rule address" in _explain(office, mail.gmail_id).lines
    with transaction(office.engine) as session:
        unlog_message(session, viewer=office.cast.alice, message_id=office.all(Message)[0].id)

    told = _explain(office, mail.gmail_id)
    assert told.unlogged_by == "Alice Fairfield"
    assert "taken off every timeline by Alice Fairfield: rules do not apply" in told.lines


def test_a_bounce_tells_whom_it_belongs_to(office: Office) -> None:
    mail = bounce(failed="dana@customer.example")
    office.receive(office.cast.alice, mail)

    lines = _explain(office, mail.gmail_id).lines
    assert "on no record" in lines
    assert any(line.startswith("failed dana@customer.example: no record has this address") for line in lines)
    assert (
        "from mailer-daemon@gmail.com: not matched in this role: a bounce belongs to the people it did not reach"
        in lines
    )


def test_no_content_is_told(office: Office) -> None:
    mail = sent(subject="Secret subject", text="Secret text")
    office.receive(office.cast.alice, mail)

    assert "Secret" not in repr(_explain(office, mail.gmail_id))


@pytest.mark.parametrize(
    "ref",
    [
        "ffff",
        "",
        "msg-f:99",
        "msg-f:",
        "msg-f:²",
        "msg-f:" + "9" * 5000,
        "msg-a:nothing",
        "<unknown@x.example>",
        "%",
        "\x00",
    ],
)
def test_unknown_names_say_what_to_do(office: Office, ref: str) -> None:
    with pytest.raises(NotFound, match="sidenote sync status"):
        _explain(office, ref)


def test_another_workspaces_mail_is_unknown(office: Office) -> None:
    mail = letter(rfc_id="1@x.example")
    office.receive(office.cast.alice, mail)
    for ref in (mail.gmail_id, "1@x.example", office.all(Message)[0].id):
        with pytest.raises(NotFound):
            _explain(office, ref, office.cast.mallory)


def _explain(office: Office, ref: str, viewer: Viewer | None = None) -> Explanation:
    with transaction(office.engine, read_only=True) as session:
        return explain(session, workspace_id=(viewer or office.cast.alice).workspace_id, ref=ref)
