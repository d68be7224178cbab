"""Mail that Alice sends through the API is hers in the store as well."""

import base64

from models import TimelineEntry
from sync.client import gmail_service
from sync.grants import grant_of
from tests.e2e.mail import ADDRESS, ALIAS, Letter
from tests.e2e.sidenote import Sidenote, assert_in_step


def test_what_is_sent_comes_back_as_outgoing(synced: Sidenote, letters: list[Letter]):
    customer = letters[0].sender
    letter = Letter(
        number=900, thread=900, sender=("Alice", ADDRESS), to=customer, subject="Ça y est 🚀", text="Voilà.\n"
    )
    sent = send(synced, letter)
    synced.sync()
    message = synced.message(sent)
    assert (message.subject, message.direction, message.kind) == (letter.subject, "out", "human")
    assert message.rfc_message_id == letter.rfc_id
    assert "SENT" in synced.copies()[sent].labels
    (entry,) = (entry for entry in synced.all(TimelineEntry) if entry.message_id == message.id)
    assert (entry.type, entry.title) == ("email", letter.subject)
    assert_in_step(synced)


def test_an_alias_sends_too(synced: Sidenote, letters: list[Letter]):
    customer = letters[0].sender
    letter = Letter(number=900, thread=900, sender=("Sales", ALIAS), to=customer, subject="News", text="Hello.\n")
    sent = send(synced, letter)
    synced.sync()
    assert synced.message(sent).direction == "out"


def test_an_answer_goes_into_the_thread_it_names(synced: Sidenote, letters: list[Letter]):
    first = letters[0]
    (thread_id,) = {
        copy.gmail_thread_id
        for copy in synced.copies().values()
        if synced.message(copy.gmail_id).rfc_message_id == first.rfc_id
    }
    letter = Letter(
        number=900, thread=0, sender=("Alice", ADDRESS), to=first.sender, subject="Re: The offer", text="Yes.\n"
    )
    sent = send(synced, letter, thread_id=thread_id)
    synced.sync()
    assert synced.copies()[sent].gmail_thread_id == thread_id


def send(sidenote: Sidenote, letter: Letter, *, thread_id: str | None = None) -> str:
    """Send with Google's own client, as the factory of our sync builds it; returns the id Gmail gave."""
    settings = sidenote.context.settings
    body = {"raw": base64.urlsafe_b64encode(letter.raw).decode()} | ({"threadId": thread_id} if thread_id else {})
    request = gmail_service(settings.gmail_api_root).users().messages().send(userId="me", body=body)
    token = grant_of(settings, sidenote.context.vault, sidenote.mailbox()).access_token()
    request.headers["authorization"] = f"Bearer {token}"
    return str(request.execute()["id"])
