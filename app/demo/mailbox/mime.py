"""Scripted messages as RFC 5322 bytes."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime

from icalendar import Calendar, Event, vCalAddress, vText

from app.demo.mailbox.bodies import Body, Written
from app.demo.mailbox.files import make_file
from app.demo.mailbox.people import Person
from app.demo.mailbox.script import ScriptedMessage


def message_id(thread_key: str, message: ScriptedMessage) -> str:
    """The same for every run, in the sender's domain."""
    return f"<{thread_key}.{message.number}@{message.sender.email.partition('@')[2]}>"


def build_message(thread_key: str, message: ScriptedMessage, body: Body, earlier: list[Written]) -> bytes:
    """The message with its headers, bodies and attachments; `earlier` are the messages of the thread before it."""
    mail = EmailMessage(policy=SMTP)
    _write_headers(mail, thread_key, message, earlier)
    if message.kind == "bounce":
        _write_report(mail, message, thread_key, earlier[-1].message)
        return mail.as_bytes()
    mail.set_content(body.text)
    if body.html:
        mail.add_alternative(body.html, subtype="html")
    if message.meeting:
        calendar = _calendar(thread_key, message, message.meeting)
        mail.add_alternative(calendar, subtype="calendar", params={"method": "REQUEST"})
    for name in message.attachments:
        content, (maintype, subtype) = make_file(name)
        mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=_{thread_key}_{message.number}_{number}")
    return mail.as_bytes()


def _write_headers(mail: EmailMessage, thread_key: str, message: ScriptedMessage, earlier: list[Written]) -> None:
    mail["From"] = _address(message.sender)
    mail["To"] = [_address(person) for person in message.to]
    if message.cc:
        mail["Cc"] = [_address(person) for person in message.cc]
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.date)
    mail["Message-ID"] = message_id(thread_key, message)
    if earlier:
        ids = [message_id(thread_key, written.message) for written in earlier]
        mail["In-Reply-To"], mail["References"] = ids[-1], " ".join(ids)
    for name, value in message.headers:
        mail[name] = value


def _address(person: Person) -> Address:
    return Address(person.name, addr_spec=person.email)


def _write_report(mail: EmailMessage, message: ScriptedMessage, thread_key: str, original: ScriptedMessage) -> None:
    """A delivery status notification (RFC 3464) inside multipart/report (RFC 6522)."""
    mail["Auto-Submitted"] = "auto-replied"
    mail["MIME-Version"] = "1.0"
    mail["Content-Type"] = "multipart/report; report-type=delivery-status"
    mail.set_boundary(f"=_{thread_key}_{message.number}")
    explanation = EmailMessage(policy=SMTP)
    explanation.set_content(message.body)
    status = EmailMessage(policy=SMTP)
    status["Content-Type"] = "message/delivery-status"
    reporter, recipient = MIMEPart(policy=SMTP), MIMEPart(policy=SMTP)
    reporter["Reporting-MTA"] = f"dns; {message.sender.email.partition('@')[2]}"
    reporter["Arrival-Date"] = format_datetime(original.date)
    recipient["Final-Recipient"] = f"rfc822; {message.failed}"
    recipient["Action"] = "failed"
    recipient["Status"] = "5.1.1"
    recipient["Diagnostic-Code"] = "smtp; 550 5.1.1 The email account that you tried to reach does not exist."
    status.set_payload([reporter, recipient])
    headers = EmailMessage(policy=SMTP)
    lines = f"From: {original.sender.email}\r\nTo: {message.failed}\r\nSubject: {original.subject}\r\n"
    headers.set_content(f"{lines}Message-ID: {message_id(thread_key, original)}\r\n", subtype="rfc822-headers")
    for part in (explanation, status, headers):
        mail.attach(part)


def _calendar(thread_key: str, message: ScriptedMessage, meeting: tuple[datetime, datetime]) -> str:
    """An iTIP request (RFC 5546) from the sender to everybody addressed."""
    event = Event()
    event.add("uid", f"{thread_key}@{message.sender.email.partition('@')[2]}")
    event.add("dtstamp", message.date.astimezone(UTC))
    event.add("dtstart", meeting[0].astimezone(UTC))
    event.add("dtend", meeting[1].astimezone(UTC))
    event.add("summary", message.subject.removeprefix("Invitation: "))
    event.add("sequence", 0)
    event.add("organizer", _calendar_address(message.sender))
    for person in (*message.to, *message.cc):
        event.add("attendee", _calendar_address(person))
    calendar = Calendar()
    calendar.add("prodid", "-//Sidenote//Demo//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST")
    calendar.add_component(event)
    text: str = calendar.to_ical().decode()
    return text


def _calendar_address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    address.params["CN"] = vText(person.name)
    return address
