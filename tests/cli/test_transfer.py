"""`sidenote export`, `backup`, `restore`, `digest` and `archive`, as they are typed."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from tests.cast import ALICE, BOB
from tests.cli.test_commands import sidenote
from tests.conftest import Copy
from tests.transfer.world import settle


@pytest.fixture
def installed(tmp_path: Path, sqlite_copy: Copy) -> Path:
    """A folder with an installation in it that has something of everything."""
    folder = tmp_path / "here"
    folder.mkdir()
    with sqlite_copy(folder) as database:
        settle(database.engine)
    return folder


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


def test_an_export_goes_to_a_file_or_to_whoever_reads(installed: Path):
    printed = sidenote(installed, "export", "deals", "--as", ALICE.email, "--fields", "name,amount")
    assert printed.returncode == 0, printed.stderr
    rows = list(csv.DictReader(io.StringIO(printed.stdout.removeprefix("\ufeff"))))
    assert [(row["Name"], row["Amount"], row["Amount currency"]) for row in rows] == [("Crusher", "1234.50", "EUR")]
    assert "1 records" in printed.stderr
    done = sidenote(installed, "export", "Contacts", "--as", ALICE.email, "--view", "tech", "-o", "tech.xlsx")
    assert done.returncode == 0, done.stderr
    sheet = openpyxl.load_workbook(installed / "tech.xlsx").active
    assert sheet is not None
    assert len(list(sheet.rows)) == 2
    assert (installed / "tech.xlsx").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("Deals", "--as", BOB.email), "Your role may not export Deals"),
        (("Nothing", "--as", ALICE.email), "folder: there is no Nothing. There are: Companies"),
        (("Deals", "--as", ALICE.email, "--filter", "nonsense"), "filter: write JSON"),
    ],
)
def test_a_refusal_leaves_no_file(installed: Path, arguments: tuple[str, ...], complaint: str):
    (installed / "deals.csv").write_text("of yesterday")
    answer = sidenote(installed, "export", *arguments, "-o", "deals.csv")
    assert (answer.returncode, complaint in answer.stderr, "Traceback" in answer.stderr) == (1, True, False), (
        answer.stderr
    )
    assert (installed / "deals.csv").read_text() == "of yesterday"
    assert not list(installed.glob("*.unfinished"))


def test_a_backup_restored_in_another_folder_has_the_same_digest(installed: Path, elsewhere: Path):
    saved = sidenote(installed, "backup", "sidenote.backup")
    assert saved.returncode == 0, saved.stderr
    assert "keep the keys" in saved.stderr
    restored = sidenote(elsewhere, "restore", str(installed / "sidenote.backup"))
    assert restored.returncode == 0, restored.stderr
    assert "do not open Google's grants to bob@fairfield.example" in restored.stderr
    assert sidenote(elsewhere, "digest").stdout == saved.stdout == restored.stdout
    again = sidenote(elsewhere, "restore", str(installed / "sidenote.backup"))
    assert (again.returncode, "not empty" in again.stderr) == (1, True)


def test_a_workspace_moves_by_its_archive(installed: Path, tmp_path: Path, sqlite_copy: Copy):
    refused = sidenote(installed, "archive", "out", "mine.zip", "--as", BOB.email)
    assert (refused.returncode, "Only an admin" in refused.stderr) == (1, True)
    out = sidenote(installed, "archive", "out", "mine.zip", "--as", ALICE.email)
    assert out.returncode == 0, out.stderr
    with sqlite_copy(tmp_path):
        taken = sidenote(tmp_path, "archive", "in", str(installed / "mine.zip"))
    assert (taken.returncode, taken.stdout) == (0, out.stdout), taken.stderr
    wrong = sidenote(tmp_path, "restore", str(installed / "mine.zip"), "--replace")
    assert (wrong.returncode, "this is no backup" in wrong.stderr) == (1, True)
