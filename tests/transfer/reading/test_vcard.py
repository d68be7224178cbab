"""Address books: every card is a row, whatever program wrote it."""

from pathlib import Path

import pytest

from app.core.errors import InvalidInput
from app.transfer.reading import open_source
from tests.transfer.shared_data import shared, unpacked

FOLDED = (
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:M\xc3\xbcller;Zo\xc3\xab;Maria;Dr.;\r\nFN:Zo\xc3\xab M\xc3\r\n \xbcller\r\n"
    b"item1.EMAIL;TYPE=HOME:zoe@home.org\r\nitem1.X-ABLabel:private\r\nEMAIL;TYPE=WORK,pref:zoe@acme.com\r\n"
    b"TEL;TYPE=FAX:030 999\r\nTEL;TYPE=CELL:+49 170 1234567\r\nTEL:030 1234567\r\nORG:Acme\\, Inc.;Sales;EMEA\r\n"
    b"TITLE:CEO\r\nADR;TYPE=HOME:;;Hauptstr. 1;Bonn;;53111;Germany\r\n"
    b"ADR;TYPE=WORK;PREF=1:PO 7;Floor 2;Lindenallee 5;Berlin;BE;10115;Germany\r\n"
    b"BDAY:1980-02-29\r\nURL:https://acme.com\r\nCATEGORIES:VIP,Fair 2026\r\nNOTE:one\\ntwo\\; three\r\nEND:VCARD\r\n"
)
QUOTED = (
    b"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;Zo=EB\n"
    b"NOTE;ENCODING=QUOTED-PRINTABLE:first line=0D=0A=\nsecond line\nTEL;CELL;PREF:0170 1\nTEL;HOME:030 2\nEND:VCARD\n"
)
MODERN = (
    b'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Bob\r\nTEL;VALUE=uri;TYPE="voice,home";PREF=1:tel:+1-555-555-5555;ext=22\r\n'
    b"EMAIL:mailto:bob@acme.com\r\nURL:https://www.linkedin.com/in/bob\r\nEND:VCARD\r\n"
)


def cards(path: Path, content: bytes) -> list[dict[str, str]]:
    path.write_bytes(content)
    source = open_source(path, name="people.vcf")
    return [
        {heading: cell for heading, cell in zip(source.headings, line.cells, strict=True) if cell}
        for line in source.rows()
    ]


def test_folded_lines_groups_and_several_of_a_kind(tmp_path: Path) -> None:
    assert cards(tmp_path / "a.vcf", FOLDED) == [
        {
            "Name": "Zoë Müller",
            "First name": "Zoë",
            "Middle name": "Maria",
            "Last name": "Müller",
            "Name prefix": "Dr.",
            "Email": "zoe@acme.com; zoe@home.org",
            "Phone": "+49 170 1234567; 030 1234567",
            "Fax": "030 999",
            "Company": "Acme, Inc.",
            "Department": "Sales, EMEA",
            "Title": "CEO",
            "Street": "Lindenallee 5",
            "Address line 2": "PO 7, Floor 2",
            "City": "Berlin",
            "Region": "BE",
            "Postal code": "10115",
            "Country": "Germany",
            "Other addresses": "Hauptstr. 1, Bonn, 53111, Germany",
            "Birthday": "1980-02-29",
            "Website": "https://acme.com",
            "Tags": "VIP; Fair 2026",
            "Notes": "one\ntwo; three",
        }
    ]


def test_quoted_printable_in_other_character_sets(tmp_path: Path) -> None:
    assert cards(tmp_path / "a.vcf", QUOTED) == [
        {
            "First name": "Zoë",
            "Last name": "Müller",
            "Phone": "0170 1; 030 2",
            "Notes": "first line\r\nsecond line",
        }
    ]


def test_addresses_of_version_four_are_links(tmp_path: Path) -> None:
    assert cards(tmp_path / "a.vcf", MODERN) == [
        {
            "Name": "Bob",
            "Email": "bob@acme.com",
            "Phone": "+1-555-555-5555",
            "LinkedIn": "https://www.linkedin.com/in/bob",
        }
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_of_unicode_do_not_matter(tmp_path: Path, encoding: str) -> None:
    text = MODERN.decode().replace("Bob", "Ж 王").encode(encoding)
    assert cards(tmp_path / "a.vcf", text + b"")[0]["Name"] == "Ж 王"


def test_every_card_that_programs_export_is_read(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, "contacts_calendar", "ez_vcard.tar.gz")
    paths = [*folder.rglob("*.vcf"), shared("contacts_calendar", "google_contacts_csv", "contacts.vcf")]
    assert len(paths) > 8
    for path in paths:
        lines = list(open_source(path, name=path.name).rows())
        assert len(lines) == path.read_bytes().upper().count(b"BEGIN:VCARD"), path.name
        assert all(any(line.cells) and not line.problem for line in lines), path.name


def test_a_file_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_bytes(b"BEGIN:VCARD\r\n")
    with pytest.raises(InvalidInput, match="no complete card"):
        open_source(path, name="people.vcf")
