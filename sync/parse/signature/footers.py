"""What programs put below the words of an author: notices, list footers, footnotes, advertisements, attachments."""

import re
from collections.abc import Iterator, Sequence

from sync.parse.signature.marks import RULER

MOST_LINES = 60
"""How far from the end a footer may begin, in lines that are not blank."""
_LOOKED_AT = 160

_FOOTER = re.compile(
    r"mailing list|mailman/listinfo|\bunsubscribe\b|you received this (?:message|email)|users' group|"
    r"(?:this|the) (?:e-?mail|message|communication|footnote|foregoing|information)\b.*"
    r"(?:confidential|intended|contain|sponsored|privileged|virus|is sponsored|sender|transmi)|"
    r"^\W*(?:disclaimer|confidential|confidentiality|e-?mail disclaimer|legal notice|notice)\b.{0,20}$|"
    r"^the foregoing e-?mail|this (?:e-?mail|message) (?:and any|has been|was) |consider the environment|"
    r"diese (?:e-?mail|nachricht)\b|ce (?:message|courriel)\b|este (?:mensaje|correo)\b|це повідомлення|цей лист|"
    r"本(?:郵件|邮件|電子郵件)|do you yahoo|get your free|"
    r"free (?:download|pop-up|email)|msn (?:explorer|messenger|hotmail)|"
    r"(?:e-?mail service|chat online) with|sponsor(?:ed by|\b.*--)|^sent (?:from|with|by) |^von meinem .* gesendet|"
    r"^envoyé de|^enviado desde|^надіслано з|^\s*\[\d{1,2}\](?:\s|$)",
    re.IGNORECASE,
)
_ATTACHMENT = re.compile(r"\s*(?:<<.*>>|\s-\s.{1,80}\.\w{2,4}|attachments?:?)\s*", re.IGNORECASE)
_SEAL_BEGINS, _SEAL_ENDS = "-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----"


def without_footer(lines: Sequence[str]) -> list[str]:
    """The lines above the first footer near the end, without names of attachments and what is drawn below them."""
    lines = [line for line in _unsealed(lines) if not _ATTACHMENT.fullmatch(line[:_LOOKED_AT])]
    filled = [at for at, line in enumerate(lines) if line.strip()][-MOST_LINES:]
    end = next((at for at in filled if _FOOTER.search(lines[at][:_LOOKED_AT])), len(lines))
    while end and (not lines[end - 1].strip() or RULER.fullmatch(lines[end - 1].strip()[:_LOOKED_AT])):
        end -= 1
    return lines[:end]


def _unsealed(lines: Sequence[str]) -> Iterator[str]:
    """The lines without OpenPGP signatures (RFC 9580, section 7)."""
    sealed = False
    for line in lines:
        sealed = sealed or line.startswith(_SEAL_BEGINS)
        if not sealed:
            yield line
        sealed = sealed and not line.startswith(_SEAL_ENDS)
