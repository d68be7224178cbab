"""Mail that a machine sent: why it counts as such, and which kind of message that makes it."""

import re

from sync.parse.headers import Headers, parameter
from sync.parse.model import Address, Bounce, Invitation, Kind
from sync.parse.text import one_line

_SCHEDULING_METHODS = frozenset(("REQUEST", "REPLY", "CANCEL", "ADD", "COUNTER", "DECLINECOUNTER", "REFRESH"))
_BULK_PRECEDENCE = frozenset(("bulk", "list", "junk"))
_AUTO_REPLY_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from", "x-mail-autoreply")
_CAMPAIGN_HEADERS = (
    "x-campaign",
    "x-campaign-id",
    "x-campaignid",
    "x-mailchimp-campaign",
    "x-mc-user",
    "x-newsletter",
    "x-mailgun-tag",
    "x-sg-eid",
    "feedback-id",
    "x-csa-complaints",
)
_NO_REPLY = re.compile(
    r"(?:(?:no|do[._-]?not|dont|never)[._-]?reply|mailer-?daemon|postmaster|bounces?|notifications?|notify"
    r"|automated|auto[._-]?(?:confirm|mailer|reply|responder)|newsletters?|unsubscribe|alerts?)(?:[+._=-][^@]*)?@"
)
_AWAY_SUBJECT = re.compile(
    r"\s*(?:re:\s*)?(?:\[?(?:out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:reply|response|responder)"
    r"|autoreply|autoresponder|vacation (?:reply|message|response)|away from (?:my )?(?:mail|office)"
    r"|on (?:vacation|leave):"
    r"|automatische antwort|abwesenheit|réponse automatique|absence du bureau|respuesta automática"
    r"|fuera de la oficina"
    r"|resposta automática|ausência|risposta automatica|fuori sede|automatisch antwoord|afwezig|autosvar"
    r"|automatiskt svar"
    r"|automaattinen vastaus|automatická odpověď|autoodpowiedź|automatyczna odpowiedź|автоответ|自动回复"
    r"|自動回覆|自動返信))",
    re.IGNORECASE,
)


def classify(
    headers: Headers, *, sender: Address | None, subject: str, bounce: Bounce | None, invitation: Invitation | None
) -> tuple[str | None, Kind]:
    """Why the message counts as automatic (None when a person sent it) and its kind.

    Sources: RFC 3834 (Auto-Submitted), RFC 2919 (List-Id), RFC 2369 (List-*), RFC 8058 (one-click unsubscribe).
    """
    if bounce is not None:
        return "delivery failure report", Kind.BOUNCE
    reason = _auto_reply_reason(headers, subject)
    if reason:
        return reason, Kind.AUTO_REPLY
    if invitation is not None and invitation.method in _SCHEDULING_METHODS:
        return None, Kind.INVITATION
    reason = _bulk_reason(headers)
    if reason:
        return reason, Kind.BULK
    reason = _notification_reason(headers, sender)
    return reason, Kind.NOTIFICATION if reason else Kind.HUMAN


def _auto_reply_reason(headers: Headers, subject: str) -> str | None:
    submitted = _token(headers, "auto-submitted")
    if submitted.startswith("auto-replied"):
        return "auto-submitted: auto-replied"
    precedence = _token(headers, "precedence")
    if precedence in ("auto_reply", "auto-reply"):
        return f"precedence: {precedence}"
    for name in _AUTO_REPLY_HEADERS:
        if name in headers and headers.first(name).strip().lower() not in ("no", "none", "0", "false"):
            return name
    return "out-of-office subject" if _AWAY_SUBJECT.match(subject) else None


def _bulk_reason(headers: Headers) -> str | None:
    for name in _CAMPAIGN_HEADERS:
        if name in headers:
            return name
    precedence = _token(headers, "precedence")
    # A shared inbox that is a Google Group passes people's mail on with list headers of its own.
    if "x-google-group-id" in headers and precedence in ("", "list"):
        return None
    if precedence in _BULK_PRECEDENCE:
        return f"precedence: {precedence}"
    for name in ("list-unsubscribe", "list-id", "list-post"):
        if name in headers:
            return name
    return None


def _notification_reason(headers: Headers, sender: Address | None) -> str | None:
    submitted = _token(headers, "auto-submitted")
    if submitted and submitted != "no":
        return f"auto-submitted: {submitted}"
    report = headers.first("content-type").lower()
    if report.startswith("multipart/report"):
        return f"report: {one_line(parameter(report, 'report-type') or 'unnamed', 40)}"
    if headers.first("return-path").strip() == "<>":
        return "null return path"
    if sender is not None and _NO_REPLY.match(sender.address):
        return "no-reply sender"
    return None


def _token(headers: Headers, name: str) -> str:
    return one_line(headers.first(name).split(";")[0].split("(")[0], 40).lower()
