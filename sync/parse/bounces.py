"""Delivery failure reports: RFC 3464 fields first, Gmail's X-Failed-Recipients next, known wordings last."""

import email
import logging
import re
from email.message import Message

from flufl.bounce import all_failures

from sync.parse.addresses import parse_addresses
from sync.parse.bodies import Part
from sync.parse.headers import Headers, parameter
from sync.parse.model import Bounce, FailedRecipient

# The library logs the tracebacks of its detectors, and those may quote the mail.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)

MAX_RECIPIENTS = 200
_MAX_REPORT = 50_000
_MAX_REPORTS = 20
_MAX_LINE = 998  # RFC 5322 2.1.1; longer ones make the detectors' patterns slow
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45]\d\d)[ -]")
_RETURNED_HEADERS = re.compile(r"\n(?=(?:Received|Return-Path|From|To|Date|Subject|Message-ID): )", re.IGNORECASE)
_DAEMON = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-daemon|mdaemon|bounces?|mail\.delivery|system\.delivery)[^@]*@", re.I
)
_DAEMON_NAME = re.compile(
    r"mailer[- ]daemon|postmaster|mail delivery (?:sub)?system|(?:system|mail) administrator|internet mail delivery",
    re.IGNORECASE,
)
_REPORT_TYPES = frozenset(("message/delivery-status", "message/global-delivery-status"))
_REPORTS_OF_DELIVERY = frozenset(("delivery-status", "global-delivery-status"))
_OTHER_REPORTS = frozenset(("feedback-report", "disposition-notification", "disposition-status"))
_HARMLESS_ACTIONS = frozenset(("delivered", "relayed", "expanded"))
_LIKELY_TO_PASS = (".2.2", ".4.7")  # mailbox full; gave up after trying for days
_SUBJECT = re.compile(
    r"undeliver|non.?deliver|delivery status notification|delivery (?:failure|failed|problem|has failed|report)"
    r"|failure notice|failed delivery|failed mail|mail delivery failed|returned mail|returned to sender"
    r"|return(?:ing)? message"
    r"|could not (?:be delivered|send)|delivery notification|message delay|delayed mail|mail failure|bounced? mail"
    r"|unable to deliver|cannot be delivered|not deliver|unzustellbar|non remis|échec de la remise"
    r"|no se puede entregar"
    r"|não entregue|mancata consegna|onbestelbaar|недоставлен|退信|配信不能|メール送信エラー"
    r"|mail system error|user unknown"
    r"|dsn: |warning: (?:message|could not)|ndn: |message status|address not found|mail could not|status report",
    re.IGNORECASE,
)


def read_bounce(parts: list[Part], *, text: str, subject: str, problems: list[str]) -> Bounce | None:
    """The bounce a message is, None for any other mail. Reports of successful delivery are no bounces."""
    root = parts[0]
    reports = [part for part in parts if part.mime_type in _REPORT_TYPES and not part.enclosed]
    if not (reports or _looks_like_bounce(root.headers, subject)):
        return None
    fields = [block for report in reports[:_MAX_REPORTS] for block in _report_blocks(report, problems)]
    recipients = _failed_by_report(fields)
    if recipients or any(_action(block) in _HARMLESS_ACTIONS for block in fields):
        return Bounce(recipients, any(r.permanent for r in recipients)) if recipients else None
    recipients = (
        _failed_by_header(root.headers, text)
        or _failed_by_wording(parts, text)
        or _failed_by_returned_mail(parts, text, problems)
    )
    status = _status_in(text)
    return Bounce(recipients, any(r.permanent for r in recipients) or status.startswith("5"))


def _looks_like_bounce(headers: Headers, subject: str) -> bool:
    if "x-failed-recipients" in headers:
        return True
    content_type = headers.first("content-type").lower()
    if content_type.startswith("multipart/report"):
        report_type = parameter(content_type, "report-type")
        if report_type in _REPORTS_OF_DELIVERY:
            return True
        if report_type in _OTHER_REPORTS:
            return False
    if not _SUBJECT.search(subject):
        return False
    sender = headers.first("from")
    return (
        headers.first("return-path").strip() == "<>"
        or _DAEMON.search(sender) is not None
        or _DAEMON_NAME.search(sender) is not None
        or "auto-submitted" in headers
    )


def _report_blocks(report: Part, problems: list[str]) -> list[Headers]:
    """The per-recipient field groups of a delivery-status part, inline or already split into sub-parts."""
    text = report.text(problems, _MAX_REPORT).replace("\r\n", "\n").replace("\r", "\n")
    blocks = [_fields(block) for block in re.split(r"\n[ \t]*\n", text) if block.strip()]
    for child in report.children:
        blocks.append(child.headers)
        blocks.extend(_report_blocks(child, problems))
    return blocks


def _fields(block: str) -> Headers:
    message = email.message_from_string(block.lstrip("\n"))
    return Headers([{"name": name, "value": str(value)} for name, value in message.items()])


def _failed_by_report(blocks: list[Headers]) -> tuple[FailedRecipient, ...]:
    failed: dict[str, FailedRecipient] = {}
    for block in blocks:
        action = _action(block)
        final = block.first("final-recipient") or block.first("original-recipient")
        if not final or action in _HARMLESS_ACTIONS or len(failed) == MAX_RECIPIENTS:
            continue
        status = _status_in(block.first("status")) or _status_in(block.first("diagnostic-code"))
        permanent = action not in ("delayed", "delay") and _is_permanent(status)
        for address in parse_addresses(final.rpartition(";")[2])[:1]:
            failed[address.address] = FailedRecipient(address.address, permanent, status)
    return tuple(failed.values())


def _action(block: Headers) -> str:
    return block.first("action").split("(")[0].strip().lower()


def _failed_by_header(headers: Headers, text: str) -> tuple[FailedRecipient, ...]:
    status = _status_in(text)
    return tuple(
        FailedRecipient(address.address, _is_permanent(status), status)
        for address in parse_addresses(headers.first("x-failed-recipients"))[:MAX_RECIPIENTS]
    )


def _failed_by_wording(parts: list[Part], text: str) -> tuple[FailedRecipient, ...]:
    try:
        temporary, permanent = all_failures(_rebuilt(parts[0]))
    except Exception:
        # Its detectors trust the text to be well-formed; what they trip over stays a bounce without addresses.
        return ()
    status = _status_in(text)
    found = [(raw, False) for raw in temporary] + [(raw, _is_permanent(status)) for raw in permanent]
    return tuple(
        FailedRecipient(address.address, is_permanent, status)
        for raw, is_permanent in sorted(found)[:MAX_RECIPIENTS]
        for address in parse_addresses(raw.decode("utf-8", "replace"))[:1]
    )


def _failed_by_returned_mail(parts: list[Part], text: str, problems: list[str]) -> tuple[FailedRecipient, ...]:
    """The recipient of the mail that came back, when it had but one."""
    returned = [part.headers for part in parts if part.enclosed]
    included = [part for part in parts if part.mime_type == "text/rfc822-headers"]
    returned += [_fields(part.text(problems, _MAX_REPORT)) for part in included[:_MAX_REPORTS]]
    returned += [_fields(text[found.end() :]) for found in list(_RETURNED_HEADERS.finditer(text))[:1]]
    status = _status_in(text)
    for headers in returned:
        recipients = parse_addresses(headers.first("to"))
        if len(recipients) == 1:
            return (FailedRecipient(recipients[0].address, _is_permanent(status), status),)
    return ()


def _is_permanent(status: str) -> bool:
    return not status.startswith("4") and not status.endswith(_LIKELY_TO_PASS)


def _rebuilt(part: Part) -> Message:
    """The part as an `email.message`, the form flufl.bounce reads; its text is already decoded."""
    message = Message()
    for name, value in part.headers.items():
        if name != "content-transfer-encoding":
            message[name] = " ".join(value.split())
    if "content-type" not in message:
        message["content-type"] = part.mime_type or "text/plain"
    if part.children and part.mime_type.startswith(("multipart/", "message/")):
        for child in part.children:
            message.attach(_rebuilt(child))
    else:
        lines = part.text([], _MAX_REPORT).split("\n")
        message.set_payload("\n".join(line[:_MAX_LINE] for line in lines))
    return message


def _status_in(text: str) -> str:
    """The first RFC 3463 status in the text, else the class of an SMTP reply code ("550" -> "5.0.0"), else ""."""
    status = _STATUS.search(text)
    if status:
        return status[1]
    code = _REPLY_CODE.search(text)
    return f"{code[1][0]}.0.0" if code else ""
