"""Messages for the emulator's tests."""

from email.message import EmailMessage

BOB = "Bob Berg <bob@buyer.example>"
ALICE = "Alice Fairfield <alice@fairfield.example>"


def compose(
    subject: str = "Quotation",
    *,
    sender: str = BOB,
    to: str = ALICE,
    text: str = "Could you send a quotation?",
    date: str | None = "Mon, 02 Nov 2026 09:30:00 +0000",
    message_id: str | None = None,
    reply_to: str | None = None,
    headers: dict[str, str] | None = None,
    html: str | None = None,
    files: dict[str, bytes] | None = None,
) -> bytes:
    """A well-formed message; `reply_to` is the Message-ID that it answers, `files` are attached as binary data."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    if date:
        message["Date"] = date
    if message_id:
        message["Message-ID"] = message_id
    if reply_to:
        message["In-Reply-To"] = message["References"] = reply_to
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()
