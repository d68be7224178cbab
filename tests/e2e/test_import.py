"""The first import of a mailbox of 150 letters."""

from app.core import jobs
from models import Attachment, Message, MessageBody
from tests.core.waiting import wait_for
from tests.e2e.mail import ALIAS, Letter
from tests.e2e.sidenote import Sidenote, assert_in_step


def test_every_letter_arrives_as_it_was_written(synced: Sidenote, letters: list[Letter]):
    assert synced.mailbox().state == "live"
    assert synced.tally() == {"stored": len(letters)}
    assert_in_step(synced)
    assert _stored(synced) == {letter.rfc_id: _expected(letter) for letter in letters}


def test_letters_stay_with_their_threads(synced: Sidenote, letters: list[Letter]):
    ours = {message.rfc_message_id: message.thread_id for message in synced.all(Message)}
    pairs = {(ours[letter.rfc_id], letter.thread) for letter in letters}
    assert len(pairs) == len({thread for thread, _ in pairs}) == len({thread for _, thread in pairs})


def test_addresses_alice_sends_from_are_known(synced: Sidenote):
    assert synced.mailbox().aliases == [ALIAS]


def test_what_needs_no_record_is_filtered_with_its_reason(sidenote: Sidenote, letters: list[Letter]):
    draft = sidenote.google.deliver(_another(letters).raw, labels=["DRAFT"])
    spam = sidenote.google.deliver(_another(letters).raw, labels=["SPAM"])
    sidenote.connect()
    sidenote.sync()
    assert sidenote.tally() == {"stored": len(letters), "filtered: draft": 1}
    assert sidenote.copies()[draft].outcome == "filtered"
    assert spam not in sidenote.copies()


def test_connecting_is_all_a_person_has_to_do(sidenote: Sidenote, letters: list[Letter]):
    """The worker imports by itself, and the page then says how many letters it stored."""
    with jobs.Worker(sidenote.context.settings, sidenote.context.engine, slot="e2e"):
        sidenote.connect()
        wait_for(lambda: sidenote.mailbox().state == "live", seconds=30)
    assert sidenote.tally() == {"stored": len(letters)}
    assert str(len(letters)) in sidenote.browser.get("/").text


def _another(letters: list[Letter]) -> Letter:
    first = letters[0]
    return Letter(number=900, thread=900, sender=first.sender, to=first.to, subject="Another", text="…\n")


def _expected(letter: Letter) -> tuple[str, str, str, list[tuple[str, int]]]:
    attachments = [(letter.attachment[0], len(letter.attachment[1]))] if letter.attachment else []
    return letter.subject, "out" if letter.is_outgoing else "in", letter.text.strip(), attachments


def _stored(sidenote: Sidenote) -> dict[str | None, tuple[str, str, str, list[tuple[str, int]]]]:
    attachments: dict[str, list[tuple[str, int]]] = {}
    for each in sidenote.all(Attachment):
        attachments.setdefault(each.message_id, []).append((each.filename, each.size))
    texts = {body.message_id: body.visible_text for body in sidenote.all(MessageBody)}
    return {
        message.rfc_message_id: (message.subject, message.direction, texts[message.id], attachments.get(message.id, []))
        for message in sidenote.all(Message)
    }
