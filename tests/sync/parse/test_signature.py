"""Signatures read from real mail, against lines and fields that people marked, and from mail of several languages.

`signature_labels.csv` says where in a message of the sample archives each field stands: the line counted from the end
of what the author wrote (blank lines aside) and the columns in it; `none` where the message is not signed by its
sender with more than a first name. The labels were made by reading, and hold no text of their own.

`signature_labels_later.csv` is of other senders' mail, drawn at random once the first set was read well: of each
message what was proposed and, by reading, found right. It tells precision, and nothing of what was missed. The first
reading of it was right in 0.92 of what it proposed; the reader has been made more cautious where it was not.
"""

import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.parse.signature import Details, Sender, read_signature, signature_start
from sync.parse.signature.footers import without_footer
from tests.sync.parse.samples import extracted, files
from tests.sync.parse.signed_letters import FORGE, LATER_LABELS, forge_letter, labelled_letters, proposals

LIST_FIELDS = {"phone", "link"}
LONGEST_TEXT = 200_000


@dataclass
class Tally:
    """`right` of the `proposed` are among the `labelled`."""

    right: int = 0
    proposed: int = 0
    labelled: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.proposed

    def __str__(self) -> str:
        return f"precision {self.precision:.3f} ({self.proposed} proposed), recall {self.right / self.labelled:.3f}"


def test_lines_of_signatures_are_told_from_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally()
    for path in files(extracted(FORGE, tmp_path), "*_body"):
        letter = forge_letter(path)
        sender = Sender.of(letter.name, letter.address)
        kept = without_footer(letter.lines)
        start = signature_start(kept, sender=sender)
        found = frozenset() if start is None else {at for at in range(start, len(kept)) if kept[at].strip()}
        tally.right += len(found & letter.signed)
        tally.proposed += len(found)
        tally.labelled += len(letter.signed)
    with capsys.disabled():
        sys.stdout.write(f"\nsignature lines: {tally}\n")
    assert tally.labelled > 80
    assert tally.precision >= 0.95


def test_what_signatures_say_is_proposed_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tallies: dict[str, Tally] = defaultdict(Tally)
    signatures = 0
    for letter, labels in labelled_letters(tmp_path):
        signatures += bool(labels)
        read = read_signature("\n".join(letter.lines), name=letter.name, address=letter.address)
        for field, values in proposals(read or Details()).items():
            tally, expected = tallies[field], labels.get(field, set())
            tally.right += len(values & expected)
            tally.proposed += len(values)
            tally.labelled += len(expected) if field in LIST_FIELDS else min(1, len(expected))
    every = Tally(
        *(sum(getattr(tally, part) for tally in tallies.values()) for part in ("right", "proposed", "labelled"))
    )
    told = [f"{signatures} signatures: {every}", *(f"  {field}: {tally}" for field, tally in tallies.items())]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(told) + "\n")
    assert signatures >= 100
    assert every.precision >= 0.95
    assert {field: tally.precision for field, tally in tallies.items() if tally.precision < 0.95} == {}


def test_other_peoples_signatures_are_read_as_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    right, proposed, letters = 0, 0, 0
    for letter, labels in labelled_letters(tmp_path, LATER_LABELS):
        letters += 1
        read = read_signature("\n".join(letter.lines), name=letter.name, address=letter.address)
        for field, values in proposals(read or Details()).items():
            right += len(values & labels.get(field, set()))
            proposed += len(values)
    with capsys.disabled():
        sys.stdout.write(f"\n{letters} other letters: precision {right / proposed:.3f} ({proposed} proposed)\n")
    assert letters >= 50
    assert right / proposed >= 0.95


GERMAN = """Hallo Bob,
anbei das Angebot.

Mit freundlichen Grüßen

i. A. Jürgen Müller
Vertriebsleiter

Müller Bau GmbH & Co. KG
Hauptstraße 12
D-80331 München
Tel.: +49 89 1234567
Fax: +49 89 1234568
www.mueller-bau.example

Diese E-Mail enthält vertrauliche Informationen.
Wenn Sie nicht der richtige Adressat sind, rufen Sie bitte Erika Muster unter +49 30 7654321 an."""

FRENCH = """Bonjour,
voici le devis.

Bien cordialement,
Claire Dubois
Directrice commerciale
Atelier Sud SARL
12 rue de la Paix, 75002 Paris
Tél. : +33 1 23 45 67 89
https://www.linkedin.com/in/clairedubois"""

SPANISH = """Hola, adjunto la oferta.

Un saludo,
José García López
Director de Ventas | Ibérica Soluciones S.L.
Tel. +34 91 123 45 67 | Móvil +34 600 123 456
Calle Mayor 5, 28013 Madrid"""

UKRAINIAN = """Добрий день! Надсилаю договір.

З повагою,
Олена Коваленко
Керівниця відділу продажів
ТОВ «Ромашка»
тел. +380 44 123 45 67
www.romashka.example"""

CHINESE = """您好,
報價單如附件。

順頌商祺
王小明
業務經理
太陽科技股份有限公司
電話：+886 2 2345 6789
傳真：+886 2 2345 6780"""

ENGLISH = """Thanks for the call.

-- 
Anna Schmidt, PhD | Head of Sales at Acme
+1 (415) 555-0100 x12 · anna@acme.example

Sent from my iPhone"""  # noqa: W291

SPOKEN = {
    "German": (
        GERMAN,
        ("Jürgen Müller", "j.mueller@mueller-bau.example"),
        Details(
            name="Jürgen Müller",
            title="Vertriebsleiter",
            company="Müller Bau GmbH & Co. KG",
            phones=["+49891234567"],
            links=["www.mueller-bau.example"],
            address="Hauptstraße 12, D-80331 München",
        ),
    ),
    "French": (
        FRENCH,
        ("", "claire.dubois@atelier-sud.example"),
        Details(
            name="Claire Dubois",
            title="Directrice commerciale",
            company="Atelier Sud SARL",
            phones=["+33123456789"],
            links=["https://www.linkedin.com/in/clairedubois"],
            address="12 rue de la Paix, 75002 Paris",
        ),
    ),
    "Spanish": (
        SPANISH,
        ("García, José", "jgarcia@iberica.example"),
        Details(
            name="José García López",
            title="Director de Ventas",
            company="Ibérica Soluciones S.L.",
            phones=["+34911234567", "+34600123456"],
            address="Calle Mayor 5, 28013 Madrid",
        ),
    ),
    "Ukrainian": (
        UKRAINIAN,
        ("Олена Коваленко", "office@romashka.example"),
        Details(
            name="Олена Коваленко",
            title="Керівниця відділу продажів",
            company="ТОВ «Ромашка»",
            phones=["+380441234567"],
            links=["www.romashka.example"],
        ),
    ),
    "Chinese": (
        CHINESE,
        ("王小明", "wang@taiyang.example"),
        Details(name="王小明", title="業務經理", company="太陽科技股份有限公司", phones=["+886223456789"]),
    ),
    "English": (
        ENGLISH,
        ("Anna Schmidt", "anna@acme.example"),
        Details(name="Anna Schmidt", title="Head of Sales", company="Acme", phones=["+14155550100"]),
    ),
}


@pytest.mark.parametrize("language", SPOKEN)
def test_signatures_are_read_in_every_language_of_the_product(language: str) -> None:
    text, (name, address), expected = SPOKEN[language]
    assert read_signature(text, name=name, address=address) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Please call Mark Miller, CEO of Foo Inc., on +1 415 555 0100.\nHe knows more than I do about this.",
        "See below.\n\nBest regards,\nMark Miller\nCEO\nFoo Inc.\n+1 415 555 0100",
        "See below.\n\n-- \nMark Miller\nCEO, Foo Inc.\nmark@foo.example",
        "",
        "\n \n",
    ],
)
def test_a_signature_of_someone_else_says_nothing_of_the_sender(text: str) -> None:
    assert read_signature(text, name="Bob Berg", address="bob@fairfield.example") in (None, Details())


def test_below_a_line_across_the_page_others_speak() -> None:
    text = f"-- \nBob Berg\nFairfield Ltd\n{'-' * 60}\nBuy now: www.advertisement.example\n+1 415 555 0100"
    read = read_signature(text, name="Bob Berg", address="bob@fairfield.example")
    assert read == Details(name="Bob Berg", company="Fairfield Ltd")


LINE = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        ["-- ", "Bob", "Best,", "Tel: +1 (415) 555-0100", "=" * 60, "1 (2-3/" * 40, "- " * 300, "12 a st " * 50]
    ),
)


@given(st.lists(LINE, max_size=60), st.text(max_size=40), st.text(max_size=40))
def test_no_text_is_too_hostile_to_read(lines: list[str], name: str, address: str) -> None:
    text = "\n".join(lines)
    read = read_signature(text, name=name, address=address) or Details()
    for said in [read.name, read.title, read.company]:
        assert "\n" not in said
        assert said in " ".join(text.split()) or said in text
    assert len(read.title) <= 80
    assert len(read.company) <= 80


@pytest.mark.parametrize(
    "unit",
    ["a", "1", "\n", "\t", "( ", "Bob\n", "- ", "-- \n", "Tel: ", "this message ", "1 2-3 ", "12 a st ", "a.b@c "],
)
def test_reading_time_does_not_grow_faster_than_the_text(unit: str) -> None:
    """The longest text that is kept of a message takes no second, whatever it is made of."""
    for text in (unit * (LONGEST_TEXT // len(unit)), "Best,\nBob\n" + ((unit * 200)[:119] + "\n") * 12):
        begun = perf_counter()
        read_signature(text, name="Bob Berg", address="bob@fairfield.example")
        assert perf_counter() - begun < 1
