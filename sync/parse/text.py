"""Bytes of any charset to text that every database takes."""

import re

from charset_normalizer import from_bytes

_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\r") + b"\x7f"
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BEYOND_ASCII = bytes(range(128, 256))
_DETECTION_SAMPLE = 4096
_TELLING_BYTES = 24
_CODE_NOT_CHARSET = re.compile(r"escape|punycode|idna|\0")

# Senders name the narrow charset and write the wide one (https://encoding.spec.whatwg.org/#names-and-labels).
_WIDER = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "x-unknown": "",
    "unknown-8bit": "",
}

_DISGUISED = {"iso-2022": b"\x1b", "csiso2022": b"\x1b", "hz": b"~{", "utf-16": b"\0", "utf-32": b"\0"}


def clean(text: str) -> str:
    """Drop control characters except tab and line ends; replace lone surrogates by U+FFFD."""
    if not _UNSTORABLE.search(text):
        return text
    return _UNSTORABLE.sub("", _SURROGATE.sub("\ufffd", text))


def one_line(text: str, limit: int) -> str:
    """A header value as one clean line of at most `limit` characters."""
    return clean(" ".join(text.split()))[:limit]


def decode(data: bytes, charset: str, problems: list[str], where: str) -> str:
    """Decode a text part; never fails, and names in `problems` what it had to guess.

    UTF-8 is tried first whatever the header says: Gmail hands out text parts re-encoded as UTF-8 but leaves
    their original Content-Type header in place. The declared charset comes next, then detection, then cp1252.
    """
    charset = _WIDER.get(charset, charset)
    if not _needs_declared_charset(data, charset):
        try:
            return data.translate(None, _CONTROLS).decode()
        except UnicodeDecodeError:
            pass
    return clean(_decode_declared(data, charset, problems, where))


def _needs_declared_charset(data: bytes, charset: str) -> bool:
    """Whether bytes that are valid UTF-8 mean something else: ISO-2022-*, HZ, UTF-16, UTF-32."""
    mark = next((mark for prefix, mark in _DISGUISED.items() if charset.startswith(prefix)), None)
    return mark is not None and mark in data


def _decode_declared(data: bytes, charset: str, problems: list[str], where: str) -> str:
    if charset and not charset.startswith("utf-8"):
        try:
            if _CODE_NOT_CHARSET.search(charset):
                raise LookupError(charset)
            return data.decode(charset)
        except LookupError:
            reason = f"unknown charset {one_line(charset, 40)}"
        except (UnicodeError, ValueError):
            reason = f"bytes that are not {one_line(charset, 40)}"
    else:
        reason = "bytes that are not UTF-8" if charset else "no charset named"
    text, used = _detect(data)
    problems.append(f"{where}: {reason}, read as {used}")
    return text


def _detect(data: bytes) -> tuple[str, str]:
    sample = data[:_DETECTION_SAMPLE]
    # A few accented letters say too little about their charset: there the commonest guess beats the detector's.
    telling = len(sample) - len(sample.translate(None, _BEYOND_ASCII)) >= _TELLING_BYTES
    best = from_bytes(sample).best() if telling else None
    if best is not None:
        try:
            return data.decode(best.encoding), best.encoding
        except (UnicodeError, LookupError):
            pass
    return data.decode("cp1252", "replace"), "windows-1252"
