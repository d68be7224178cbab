"""Mail of the sample archives with its signature marked: line by line, or by field in `signature_labels.csv`."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path

from sync.parse import parse_message
from sync.parse.signature import Details
from tests.sync.parse.samples import extracted, of_raw

LABELS = Path(__file__).with_name("signature_labels.csv")
LATER_LABELS = Path(__file__).with_name("signature_labels_later.csv")
FORGE = "reply_signature/forge_sig_annotated.tar.gz"
PHONE_DIGITS = 8


@dataclass(frozen=True)
class Letter:
    """What an author wrote, without quotations; `signed` are the lines that were marked as the signature."""

    name: str
    address: str
    lines: list[str]
    signed: frozenset[int] = frozenset()


def forge_letter(path: Path) -> Letter:
    """A mail in which `#sig#` begins the lines of the signature, and `#reply#` those of a quotation."""
    lines: list[str] = []
    signed = set()
    for line in path.read_text(errors="replace").splitlines():
        if line.startswith("#reply#"):
            break
        text = line.removeprefix("#sig#")
        if text != line and text.strip():
            signed.add(len(lines))
        lines.append(text)
    written = path.with_name(path.name.replace("_body", "_sender")).read_text(errors="replace").strip()
    name, address = parseaddr(written)
    return Letter(*((name, address) if "@" in address else (written, "")), lines, frozenset(signed))


def labelled_letters(folder: Path, labelled: Path = LABELS) -> Iterator[tuple[Letter, dict[str, set[str]]]]:
    """Each labelled message with the values that its labels point at, by field."""
    rows: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    with labelled.open(newline="") as labels:
        for row in csv.DictReader(labels):
            rows[row["archive"], row["member"]].append(row)
    for archive in {archive for archive, _ in rows}:
        extracted(archive, folder / Path(archive).name)
    for (archive, member), labels_of in rows.items():
        path = folder / Path(archive).name / member
        letter = forge_letter(path) if archive == FORGE else mail_letter(path)
        yield letter, pointed_at(letter, labels_of)


def mail_letter(path: Path) -> Letter:
    parsed = parse_message(of_raw(path.read_bytes()))
    sender = parsed.from_
    return Letter(sender.name if sender else "", sender.address if sender else "", parsed.visible_text.splitlines())


def pointed_at(letter: Letter, rows: list[dict[str, str]]) -> dict[str, set[str]]:
    filled = [line for line in letter.lines if line.strip()]
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["field"] != "none":
            text = filled[-int(row["line"])][int(row["start"]) : int(row["end"])]
            found[row["field"]].add(plain(row["field"], text))
    return dict(found)


def proposals(read: Details) -> dict[str, set[str]]:
    said = {
        "name": [read.name],
        "title": [read.title],
        "company": [read.company],
        "phone": read.phones,
        "link": read.links,
    }
    return {field: {plain(field, value) for value in values if value} for field, values in said.items()}


def plain(field: str, value: str) -> str:
    """Equal for equal values: case, spaces and marks around do not count, nor does how a number is punctuated."""
    if field == "phone":
        return re.sub(r"\D", "", value.replace("(0)", ""))[-PHONE_DIGITS:]
    if field == "link":
        return value.casefold().rstrip("/")
    return re.sub(r"^\W+|\W+$", "", " ".join(value.casefold().split()))
