"""Bodies as mail programs write them: paragraphs, a signature, and the message that is answered below."""

from dataclasses import dataclass
from datetime import datetime
from html import escape

from app.demo.mailbox.people import Person
from app.demo.mailbox.script import ScriptedMessage

GMAIL_QUOTE = "margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"
NEWSLETTER_TEXT = "padding:0 28px 16px;font-size:15px;line-height:22px;color:#333333"
OUTLOOK_RULE = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"


@dataclass(frozen=True)
class Body:
    """The same content twice; `html` is empty for programs that write plain text only."""

    text: str
    html: str


@dataclass(frozen=True)
class Written:
    """A message together with the body it got: what a reply to it quotes."""

    message: ScriptedMessage
    body: Body


def write_body(message: ScriptedMessage, answered: Written | None) -> Body:
    """The body in the style of the sender's program; `answered` is quoted in full, quotes of its own included."""
    signature = message.sender.signature()
    if message.style == "newsletter":
        return Body(message.body, _newsletter(message))
    if message.kind == "forward" and answered:
        return _forwarded(message, answered, signature)
    if message.style == "gmail":
        return _gmail(message, answered, signature)
    if message.style == "outlook":
        return _outlook(message, answered, signature)
    return Body(_text(message.body, signature, answered), "")


def _text(body: str, signature: str, answered: Written | None) -> str:
    parts = [body, f"-- \n{signature}" if signature else "", _quoted_text(answered) if answered else ""]
    return "\n\n".join(part for part in parts if part)


def _quoted_text(answered: Written) -> str:
    quoted = "\n".join(f"> {line}" if line else ">" for line in answered.body.text.splitlines())
    return f"{_intro(answered.message)}\n\n{quoted}"


def _intro(message: ScriptedMessage) -> str:
    when = message.date.strftime("%a, %d %b %Y at %H:%M")
    return f"On {when}, {message.sender.name} <{message.sender.email}> wrote:"


def _gmail(message: ScriptedMessage, answered: Written | None, signature: str) -> Body:
    html = _paragraphs(message.body)
    if signature:
        html += f'<br clear="all"><div class="gmail_signature">{_lines(signature)}</div>'
    if answered:
        html += (
            '<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
            f'{escape(_intro(answered.message))}<br></div><blockquote class="gmail_quote" style="{GMAIL_QUOTE}">'
            f"{_inner(answered.body)}</blockquote></div>"
        )
    return Body(_text(message.body, signature, answered), f'<div dir="ltr">{html}</div>')


def _outlook(message: ScriptedMessage, answered: Written | None, signature: str) -> Body:
    html = _paragraphs(message.body) + (f"<p>{_lines(signature)}</p>" if signature else "")
    text = _text(message.body, signature, None)
    if answered:
        head = _header_block(answered.message)
        html += f'<div><div style="{OUTLOOK_RULE}"><p>{_lines(head, bold=True)}</p></div></div>{_inner(answered.body)}'
        text += f"\n\n________________________________\n{head}\n\n{answered.body.text}"
    return Body(text, f'<div style="font-family:Calibri,sans-serif;font-size:11.0pt">{html}</div>')


def _header_block(message: ScriptedMessage) -> str:
    lines = [
        f"From: {message.sender.name} <{message.sender.email}>",
        f"Sent: {_outlook_date(message.date)}",
        f"To: {'; '.join(_shown(person) for person in message.to)}",
        f"Subject: {message.subject}",
    ]
    if message.cc:
        lines.insert(3, f"Cc: {'; '.join(_shown(person) for person in message.cc)}")
    return "\n".join(lines)


def _outlook_date(date: datetime) -> str:
    """Outlook's long form, e.g. `Monday, 2 November 2026 09:40`."""
    return date.strftime("%A, %d %B %Y %H:%M").replace(", 0", ", ")


def _shown(person: Person) -> str:
    return f"{person.name} <{person.email}>"


def _forwarded(message: ScriptedMessage, original: Written, signature: str) -> Body:
    source = original.message
    head = (
        f"---------- Forwarded message ---------\nFrom: {source.sender.name} <{source.sender.email}>\n"
        f"Date: {source.date.strftime('%a, %d %b %Y at %H:%M')}\nSubject: {source.subject}\n"
        f"To: {', '.join(_shown(person) for person in source.to)}"
    )
    text = f"{_text(message.body, signature, None)}\n\n{head}\n\n{original.body.text}"
    html = (
        f'<div dir="ltr">{_paragraphs(message.body)}<div class="gmail_signature">{_lines(signature)}</div><br>'
        f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{_lines(head)}<br></div>'
        f"{_inner(original.body)}</div></div>"
    )
    return Body(text, html)


def _inner(body: Body) -> str:
    return body.html or _paragraphs(body.text)


def _paragraphs(text: str) -> str:
    return "".join(f'<p dir="auto">{_lines(paragraph)}</p>' for paragraph in text.split("\n\n"))


def _lines(text: str, *, bold: bool = False) -> str:
    if not bold:
        return escape(text, quote=False).replace("\n", "<br>")
    named = (line.partition(":") for line in escape(text, quote=False).splitlines())
    return "<br>".join(f"<b>{name}:</b>{value}" for name, _, value in named)


def _newsletter(message: ScriptedMessage) -> str:
    """Title, teaser paragraphs and a footer, on the coloured tables that newsletters are made of."""
    title, *paragraphs = message.body.split("\n\n")
    rows = "".join(f'<tr><td style="{NEWSLETTER_TEXT}">{_lines(paragraph)}</td></tr>' for paragraph in paragraphs)
    return (
        '<table width="100%" cellpadding="0" cellspacing="0" style="background-color:#f2f0ea"><tr><td align="center">'
        '<table width="94%" cellpadding="0" cellspacing="0" style="background-color:#ffffff;margin:16px 0">'
        '<tr><td style="padding:24px 28px;background-color:#27364b;color:#ffffff;font-size:20px;font-weight:bold">'
        f'{_lines(title)}</td></tr><tr><td height="20"></td></tr>{rows}'
        '<tr><td style="padding:16px 28px;font-size:12px;color:#6b6b6b">You receive this mail because you subscribed. '
        '<a href="https://news.example/unsubscribe">Unsubscribe</a></td></tr></table>'
        '<img src="https://news.example/open.gif" width="1" height="1" alt=""></td></tr></table>'
    )
