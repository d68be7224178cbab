"""In which encoding a file of text is written: told by its bytes, all of which are looked at, a piece at a time."""

import codecs
from pathlib import Path

from app.core.errors import InvalidInput
from app.transfer.reading.charsets import likely_charsets

PIECE = 1 << 20
SAMPLE = 1 << 13
"""Bytes of lines with other than ASCII from which a legacy encoding is told."""
MAX_LINE_PIECES = 16
MEND_NUL = "Export it again as CSV in UTF-8, or choose its encoding."
_CONTROLS = bytes(code for code in (*range(1, 9), *range(14, 27), 28, 29, 30, 127))
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(path: Path, *, name: str, given: str | None = None) -> str:
    """The name Python has for the file's encoding. Raises InvalidInput for what is not text.

    A byte order mark decides, then whether everything is UTF-8, then which legacy encoding makes the most sense of it
    and can decode all of it.
    """
    if given is not None:
        return _known(given)
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if told := _without_mark(head):
        return told
    sample = _foreign_lines(path, name)
    if not sample:
        return "utf-8"
    for charset in likely_charsets(sample):
        if _decodes(path, charset):
            return charset
    return "latin-1"


def _known(encoding: str) -> str:
    try:
        b"".decode(encoding)
        return codecs.lookup(encoding).name
    except (LookupError, TypeError, ValueError):
        raise InvalidInput(
            f"encoding: {encoding} is not known. Write one such as utf-8, utf-16, windows-1252, shift_jis or gb18030.",
            field="encoding",
        ) from None


def _without_mark(head: bytes) -> str:
    """UTF-16 without a byte order mark, where every second byte of line ends and digits is 0; or ISO 2022."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > half * 0.2 and even < odd * 0.1:
        return "utf-16-le"
    if even > half * 0.2 and odd < even * 0.1:
        return "utf-16-be"
    if any(shift in head for shift in (b"\x1b$B", b"\x1b$@", b"\x1b(J")):
        return "iso2022_jp"
    return ""


def _foreign_lines(path: Path, name: str) -> bytes:
    """Nothing if the file is UTF-8, else some of its lines that are not ASCII."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid, sample, unbroken = True, bytearray(), 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            _refuse_binary(piece, name)
            unbroken = 0 if b"\n" in piece or b"\r" in piece else unbroken + 1
            if unbroken > MAX_LINE_PIECES:
                raise InvalidInput(f"{name}: there are no line ends in this file.", field="file")
            if valid:
                valid = _goes_on(decoder, piece)
            if len(sample) < SAMPLE and not piece.isascii():
                lines = piece.splitlines(keepends=True)
                sample += b"".join(line for line in lines if not line.isascii())[: SAMPLE - len(sample)]
    return b"" if valid and _goes_on(decoder, b"", final=True) else bytes(sample)


def _goes_on(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _decodes(path: Path, charset: str) -> bool:
    decoder = codecs.getincrementaldecoder(charset)()
    with path.open("rb") as file:
        return all(_goes_on(decoder, piece) for piece in iter(lambda: file.read(PIECE), b"")) and _goes_on(
            decoder, b"", final=True
        )


def _refuse_binary(piece: bytes, name: str) -> None:
    if b"\0" in piece:
        raise InvalidInput(
            f"{name}: there are NUL bytes in this file, so it is not plain text, or it is damaged. {MEND_NUL}",
            field="encoding",
        )
    if len(piece.translate(None, _CONTROLS)) < len(piece) * 0.95:
        raise InvalidInput(f"{name}: this is no text. Send a CSV, an Excel workbook or vCards.", field="file")
