"""Messages and threads in every format, as Google's own client reads them."""

from base64 import urlsafe_b64decode

import pytest

from tests.emulator.conftest import ADDRESS
from tests.emulator.mail import compose


def text_of(body):
    return urlsafe_b64decode(body["data"]).decode()


def headers_of(message):
    return {header["name"]: header["value"] for header in message["payload"]["headers"]}


def test_the_profile_counts_the_mailbox(emulator, users):
    emulator.deliver(ADDRESS, compose("One"))
    emulator.deliver(ADDRESS, compose("Two"))
    profile = users.getProfile(userId="me").execute()
    history_id = str(emulator.mailbox(ADDRESS).history_id)
    assert profile == {"emailAddress": ADDRESS, "messagesTotal": 2, "threadsTotal": 2, "historyId": history_id}


def test_a_full_message_has_all_headers_and_a_numbered_structure(emulator, users):
    raw = compose(
        "Grüße aus Köln 🎉",
        sender="Jürgen Müller <jm@buyer.example>",
        text="plain text",
        html="<p>html text</p>",
        headers={"Auto-Submitted": "auto-replied", "List-Id": "<news.buyer.example>", "X-Odd": "a  b"},
        files={"Übersicht.pdf": b"%PDF-1.4 binary \x00\xff"},
    )
    message_id = emulator.deliver(ADDRESS, raw)
    message = users.messages().get(userId="me", id=message_id).execute()
    headers = headers_of(message)
    assert headers["Subject"] == "Grüße aus Köln 🎉"
    assert headers["From"] == "Jürgen Müller <jm@buyer.example>"
    assert (headers["Auto-Submitted"], headers["X-Odd"]) == ("auto-replied", "a  b")
    assert message["labelIds"] == ["INBOX", "UNREAD"]
    assert message["sizeEstimate"] == len(raw)
    assert message["internalDate"] == "1793611800000"
    mixed = message["payload"]
    assert (mixed["partId"], mixed["mimeType"]) == ("", "multipart/mixed")
    alternative, attachment = mixed["parts"]
    assert [part["partId"] for part in (alternative, attachment)] == ["0", "1"]
    assert [part["partId"] for part in alternative["parts"]] == ["0.0", "0.1"]
    assert text_of(alternative["parts"][0]["body"]) == "plain text\n"
    assert text_of(alternative["parts"][1]["body"]) == "<p>html text</p>\n"
    assert attachment["filename"] == "Übersicht.pdf"
    assert attachment["body"]["size"] == 18
    assert "data" not in attachment["body"]


def test_attachment_ids_change_with_every_fetch_and_all_of_them_work(emulator, users):
    content = bytes(range(256)) * 4
    message_id = emulator.deliver(ADDRESS, compose(files={"a.bin": b"first", "b.bin": content}))

    def second_attachment():
        message = users.messages().get(userId="me", id=message_id).execute()
        return message["payload"]["parts"][2]["body"]["attachmentId"]

    ids = [second_attachment(), second_attachment()]
    assert ids[0] != ids[1]
    attachments = users.messages().attachments()
    for attachment_id in ids:
        got = attachments.get(userId="me", messageId=message_id, id=attachment_id).execute()
        assert urlsafe_b64decode(got["data"]) == content
        assert got["size"] == len(content)


def test_text_in_an_old_charset_arrives_as_utf_8(emulator, users):
    raw = (
        b"From: a@b.example\r\nSubject: =?iso-2022-jp?B?GyRCMnE1RBsoQg==?=\r\n"
        b"Content-Type: text/plain; charset=shift_jis\r\n"
        b"Content-Transfer-Encoding: 8bit\r\n\r\n" + "お見積もり".encode("shift_jis")
    )
    message = users.messages().get(userId="me", id=emulator.deliver(ADDRESS, raw)).execute()
    assert headers_of(message)["Subject"] == "会議"
    assert text_of(message["payload"]["body"]) == "お見積もり"
    assert message["payload"]["body"]["size"] == len("お見積もり".encode())
    assert message["snippet"] == "お見積もり"


def test_the_other_formats_leave_out_what_gmail_leaves_out(emulator, users):
    raw = compose("Offer", text="Fish & chips <now>")
    message_id = emulator.deliver(ADDRESS, raw, labels=[])
    get = users.messages().get
    minimal = get(userId="me", id=message_id, format="minimal").execute()
    assert set(minimal) == {"id", "threadId", "snippet", "sizeEstimate", "historyId", "internalDate"}
    assert minimal["snippet"] == "Fish &amp; chips &lt;now&gt;"
    as_sent = get(userId="me", id=message_id, format="raw").execute()
    assert urlsafe_b64decode(as_sent["raw"]) == raw
    assert "payload" not in as_sent
    metadata = get(userId="me", id=message_id, format="metadata", metadataHeaders=["subject", "Date"]).execute()
    assert headers_of(metadata) == {"Subject": "Offer", "Date": "Mon, 02 Nov 2026 09:30:00 +0000"}
    assert "parts" not in metadata["payload"]
    assert "body" not in metadata["payload"]


def test_replies_join_the_thread_unless_the_subject_changed(emulator, users):
    first = emulator.deliver(ADDRESS, compose("Offer", message_id="<1@x.example>"))
    reply = compose("Re: Offer", message_id="<2@x.example>", reply_to="<1@x.example>")
    second = emulator.deliver(ADDRESS, reply)
    other = emulator.deliver(ADDRESS, compose("Something else", reply_to="<2@x.example>"))
    thread = users.threads().get(userId="me", id=first).execute()
    assert thread["id"] == first
    assert [message["id"] for message in thread["messages"]] == [first, second]
    assert users.messages().get(userId="me", id=other).execute()["threadId"] == other


def test_ids_come_in_every_form_that_gmail_pages_use(emulator, users):
    message_id = emulator.deliver(ADDRESS, compose())
    emulator.nickname(ADDRESS, "msg-a:r-77", message_id)
    decimal = int(message_id, 16)
    for form in (f"msg-f:{decimal}", "msg-a:r-77", message_id.upper()):
        assert users.messages().get(userId="me", id=form).execute()["id"] == message_id
    assert users.threads().get(userId="me", id=f"thread-f:{decimal}").execute()["id"] == message_id


def test_the_same_mail_gets_the_same_ids(emulator, clock):
    other = type(emulator)(clock=clock)
    other.add_mailbox(ADDRESS)
    mails = [compose(f"Mail {number}") for number in range(5)] + [compose("Mail 1")]
    ids = [emulator.deliver(ADDRESS, mail) for mail in mails]
    assert ids == [other.deliver(ADDRESS, mail) for mail in mails]
    assert len(set(ids)) == 6
    assert all(len(message_id) == 16 and int(message_id, 16) for message_id in ids)


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        ("id,labelIds", {"id", "labelIds"}),
        ("payload(mimeType,body/size)", {"payload"}),
        ("payload/headers/name", {"payload"}),
    ],
)
def test_a_field_mask_selects(emulator, http, mask, expected):
    message_id = emulator.deliver(ADDRESS, compose())
    answer = http.get(f"/gmail/v1/users/me/messages/{message_id}", params={"fields": mask}).json()
    assert set(answer) == expected
    if mask.startswith("payload("):
        assert answer == {"payload": {"mimeType": "text/plain", "body": {"size": 28}}}
    if mask.startswith("payload/"):
        assert {tuple(header) for header in answer["payload"]["headers"]} == {("name",)}


def test_pretty_print_changes_nothing_but_the_layout(emulator, http):
    path = f"/gmail/v1/users/me/messages/{emulator.deliver(ADDRESS, compose())}"
    pretty, compact = http.get(path, params={"prettyPrint": "true"}), http.get(path)
    assert pretty.json() == compact.json()
    assert pretty.text.count("\n") > 10 > compact.text.count("\n")


def test_send_as_lists_the_aliases(users):
    send_as = users.settings().sendAs()
    listed = send_as.list(userId="me").execute()["sendAs"]
    assert [entry["sendAsEmail"] for entry in listed] == [ADDRESS, "sales@fairfield.example"]
    assert listed[0]["isPrimary"]
    alias = send_as.get(userId="me", sendAsEmail="sales@fairfield.example").execute()
    assert alias["verificationStatus"] == "accepted"
