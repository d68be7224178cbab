"""Mail on its way out and in by API: send, drafts, insert, import, uploads, and what Gmail changes on the way."""

import io
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload

from tests.emulator.conftest import ADDRESS
from tests.emulator.mail import ALICE, BOB, compose

ME = "/gmail/v1/users/me"
BOB_ADDRESS = "bob@buyer.example"


def outgoing(subject="Quotation", **mail):
    return compose(subject, **{"sender": ALICE, "to": BOB, **mail})


def encoded(raw):
    return {"raw": urlsafe_b64encode(raw).decode()}


def headers_of(users, message_id):
    message = users.messages().get(userId="me", id=message_id, format="metadata").execute()
    return {header["name"]: header["value"] for header in message["payload"]["headers"]}


def test_a_sent_message_is_kept_and_reaches_the_mailboxes_that_are_here(emulator, users, clock):
    bob = emulator.add_mailbox(BOB_ADDRESS)
    raw = outgoing(headers={"Bcc": "carol@fairfield.example"})
    sent = users.messages().send(userId="me", body=encoded(raw)).execute()
    assert sent["labelIds"] == ["SENT"]
    assert users.messages().get(userId="me", id=sent["id"]).execute()["internalDate"] == str(int(clock.now * 1000))
    [arrived] = bob.messages.values()
    assert arrived.labels == {"INBOX", "UNREAD"}
    assert b"Bcc" not in arrived.raw
    assert arrived.message_id == headers_of(users, sent["id"])["Message-ID"]


def test_gmail_sets_its_own_message_id_and_keeps_the_old_one_beside_it(emulator, users):
    sent = users.messages().send(userId="me", body=encoded(outgoing(message_id="<mine@app.example>"))).execute()
    headers = headers_of(users, sent["id"])
    assert headers["Message-ID"].endswith("@mail.gmail.com>")
    assert headers["X-Google-Original-Message-ID"] == "<mine@app.example>"
    emulator.rewrite_message_ids = False
    sent = users.messages().send(userId="me", body=encoded(outgoing(message_id="<mine@app.example>"))).execute()
    assert headers_of(users, sent["id"])["Message-ID"] == "<mine@app.example>"


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ("Sales <sales@fairfield.example>", "Sales <sales@fairfield.example>"),
        ("Eve <eve@elsewhere.example>", f"Alice Fairfield <{ADDRESS}>"),
    ],
)
def test_the_sender_is_the_owner_or_an_alias(users, sender, expected):
    sent = users.messages().send(userId="me", body=encoded(outgoing(sender=sender))).execute()
    assert headers_of(users, sent["id"])["From"] == expected


def test_mail_to_oneself_is_sent_and_received(users):
    sent = users.messages().send(userId="me", body=encoded(outgoing(to=ALICE, date=None))).execute()
    assert sent["labelIds"] == ["INBOX", "SENT", "UNREAD"]
    assert headers_of(users, sent["id"])["Date"]


def test_without_a_recipient_nothing_is_sent(emulator, users):
    with pytest.raises(HttpError, match="Recipient address required"):
        users.messages().send(userId="me", body=encoded(b"Subject: Lost\r\n\r\nNobody")).execute()
    assert not emulator.mailbox(ADDRESS).messages


def test_a_reply_goes_into_its_thread_if_the_subject_fits(emulator, users):
    received = emulator.deliver(ADDRESS, compose("Offer"))

    def send(subject, thread_id):
        body = encoded(outgoing(subject)) | {"threadId": thread_id}
        return users.messages().send(userId="me", body=body).execute()["threadId"]

    assert send("Re: Offer", received) == received
    assert send("New topic", received) != received
    with pytest.raises(HttpError, match="not found"):
        send("Re: Offer", "1a1a")


def test_insert_and_import_store_without_sending(emulator, users, clock):
    bob = emulator.add_mailbox(BOB_ADDRESS)
    inserted = users.messages().insert(userId="me", body=encoded(outgoing()) | {"labelIds": ["SENT"]}).execute()
    imported = users.messages().import_(userId="me", body=encoded(compose())).execute()
    by_header = users.messages().insert(userId="me", body=encoded(compose("Old")), internalDateSource="dateHeader")
    dates = {key: emulator.mailbox(ADDRESS).messages[key].internal_date for key in (inserted["id"], imported["id"])}
    assert dates == {inserted["id"]: int(clock.now * 1000), imported["id"]: 1793611800000}
    assert emulator.mailbox(ADDRESS).messages[by_header.execute()["id"]].internal_date == 1793611800000
    assert inserted["labelIds"] == ["SENT"]
    assert "labelIds" not in imported
    assert not bob.messages


def test_a_message_can_be_uploaded_with_or_without_its_metadata(emulator, users, http):
    received = emulator.deliver(ADDRESS, compose("Offer"))
    raw = outgoing("Re: Offer", files={"big.bin": bytes(range(256)) * 100})

    def upload():
        return MediaIoBaseUpload(io.BytesIO(raw), "message/rfc822")

    alone = users.messages().send(userId="me", media_body=upload()).execute()
    threaded = users.messages().send(userId="me", body={"threadId": received}, media_body=upload()).execute()
    assert (alone["threadId"], threaded["threadId"]) == (alone["id"], received)
    kept = users.messages().get(userId="me", id=threaded["id"], format="raw").execute()
    assert urlsafe_b64decode(kept["raw"]).endswith(raw[-3000:])


@pytest.mark.parametrize(
    ("query", "content_type"),
    [("", "message/rfc822"), ("?uploadType=resumable", "message/rfc822"), ("?uploadType=media", "image/png")],
)
def test_an_upload_of_the_wrong_kind_is_refused(http, query, content_type):
    path = f"/upload{ME}/messages/send{query}"
    assert http.post(path, content=outgoing(), headers={"Content-Type": content_type}).status_code == 400


def test_a_draft_is_written_changed_and_sent(emulator, users):
    received = emulator.deliver(ADDRESS, compose("Offer"))
    drafts = users.drafts()
    reply = encoded(outgoing("Re: Offer")) | {"threadId": received}
    draft = drafts.create(userId="me", body={"message": reply}).execute()
    assert (draft["message"]["labelIds"], draft["message"]["threadId"]) == (["DRAFT"], received)
    changed = drafts.update(
        userId="me", id=draft["id"], body={"message": reply | encoded(outgoing("Re: Offer", text="Better"))}
    ).execute()
    assert changed["id"] == draft["id"]
    assert changed["message"]["id"] != draft["message"]["id"]
    assert [entry["id"] for entry in drafts.list(userId="me").execute()["drafts"]] == [draft["id"]]
    assert drafts.get(userId="me", id=draft["id"]).execute()["message"]["payload"]["mimeType"] == "text/plain"
    sent = drafts.send(userId="me", body={"id": draft["id"]}).execute()
    assert (sent["labelIds"], sent["threadId"]) == (["SENT"], received)
    assert "drafts" not in drafts.list(userId="me").execute()
    with pytest.raises(HttpError, match="not found"):
        drafts.send(userId="me", body={"id": draft["id"]}).execute()


def test_a_draft_can_be_thrown_away(emulator, users):
    draft = users.drafts().create(userId="me", body={"message": encoded(outgoing())}).execute()
    users.drafts().delete(userId="me", id=draft["id"]).execute()
    assert not emulator.mailbox(ADDRESS).messages


def test_a_draft_needs_no_recipient_until_it_is_sent(users):
    draft = users.drafts().create(userId="me", body={"message": encoded(b"Subject: Idea\r\n\r\nLater")}).execute()
    with pytest.raises(HttpError, match="Recipient address required"):
        users.drafts().send(userId="me", body={"id": draft["id"]}).execute()
