"""What happens in the mailbox after its import: mail comes, is labelled, thrown away, deleted."""

from models import Message
from tests.e2e.mail import Letter
from tests.e2e.sidenote import Sidenote, assert_in_step


def test_an_answer_joins_its_thread(synced: Sidenote, letters: list[Letter]):
    first = letters[0]
    answer = reply(first, number=900, text="Deal! 🎉\n")
    arrived = synced.google.deliver(answer.raw)
    synced.sync()
    message = synced.message(arrived)
    original = next(each for each in synced.all(Message) if each.rfc_message_id == first.rfc_id)
    assert (message.subject, message.direction) == (answer.subject, "in")
    assert message.thread_id == original.thread_id
    assert len(synced.all(Message)) == len(letters) + 1
    assert_in_step(synced)


def test_labels_follow(synced: Sidenote):
    read, archived = list(synced.copies())[:2]
    synced.google.relabel(read, add=["STARRED", "Label_7"])
    synced.google.relabel(archived, remove=["INBOX", "SENT", "Label_7"])
    synced.sync()
    assert {"STARRED", "Label_7"} <= set(synced.copies()[read].labels)
    assert synced.copies()[archived].labels == []
    assert_in_step(synced)


def test_labels_given_and_taken_between_two_syncs_end_as_they_are(synced: Sidenote):
    (gmail_id, *_) = synced.copies()
    for _ in range(3):
        synced.google.relabel(gmail_id, add=["STARRED"])
        synced.google.relabel(gmail_id, remove=["STARRED"])
    synced.google.relabel(gmail_id, add=["IMPORTANT"])
    synced.sync()
    assert_in_step(synced)


def test_deleting_a_message_in_gmail_keeps_the_record_of_it(synced: Sidenote, letters: list[Letter]):
    (gmail_id, *_) = synced.copies()
    synced.google.delete_forever(gmail_id)
    synced.sync()
    assert synced.tally() == {"stored": len(letters) - 1, "gone": 1}
    assert synced.copies()[gmail_id].outcome == "gone"
    assert len(synced.all(Message)) == len(letters)
    assert_in_step(synced)


def test_a_message_that_came_and_went_unseen_leaves_no_trace(synced: Sidenote, letters: list[Letter]):
    arrived = synced.google.deliver(reply(letters[0], number=900).raw)
    synced.google.delete_forever(arrived)
    synced.sync()
    assert len(synced.all(Message)) == len(letters)
    assert_in_step(synced)


def test_mail_taken_out_of_spam_is_stored(synced: Sidenote, letters: list[Letter]):
    arrived = synced.google.deliver(reply(letters[0], number=900).raw, labels=["SPAM"])
    synced.sync()
    assert synced.copies()[arrived].outcome == "filtered"
    synced.google.relabel(arrived, add=["INBOX"], remove=["SPAM"])
    synced.sync()
    assert synced.copies()[arrived].outcome == "stored"
    assert_in_step(synced)


def test_a_quiet_mailbox_stays_as_it_is(synced: Sidenote):
    before = synced.copies()
    cursor = synced.mailbox().cursor
    assert int(cursor) >= 2**64, "this Gmail's history ids are longer than the documented 64 bits"
    synced.sync()
    assert synced.mailbox().cursor == cursor
    assert synced.copies() == before


def reply(letter: Letter, *, number: int, text: str = "…\n") -> Letter:
    """The customer answers a letter of theirs once more."""
    return Letter(
        number=number,
        thread=letter.thread,
        sender=letter.sender,
        to=letter.to,
        subject=f"Re: {letter.subject}",
        text=text,
        reply_to=letter.number,
    )
