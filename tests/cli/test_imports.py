"""`sidenote import`: what it says and what it does."""

import csv
import json
from pathlib import Path

from app.core.database import make_engine
from tests.cast import gather
from tests.cli.test_commands import sidenote

PEOPLE = "Name,Email,Role\nDana Diaz,dana@granite.example,CEO\nEmil,nobody,\nFay,fay@x.example,\n"
ME = ("--as", "bob@fairfield.example")


def test_a_file_is_tried_taken_in_listed_and_taken_back(tmp_path: Path) -> None:
    assert sidenote(tmp_path, "migrate").returncode == 0
    engine = make_engine(f"sqlite:///{tmp_path / 'sidenote.db'}")
    gather(engine)
    engine.dispose()
    (tmp_path / "people.csv").write_text(PEOPLE)
    take = ("import", "people.csv", "--folder", "contacts", *ME, "--map", "Role=title")
    tried = sidenote(tmp_path, *take, "--dry-run")
    assert tried.returncode == 0, tried.stderr
    assert "2 created, 0 updated, 0 skipped, 1 rejected" in tried.stdout
    assert "reject" in tried.stdout
    assert "Email" in tried.stdout
    done = sidenote(tmp_path, *take, "--on-match", "update", "--json", "--rejects", "rejects.csv")
    told = json.loads(done.stdout)
    assert (told["state"], told["created"], told["failed"]) == ("done", 2, 1)
    lines = list(csv.reader((tmp_path / "rejects.csv").read_text().splitlines()))
    assert [line[0] for line in lines] == ["Name", "Emil"]
    again = json.loads(sidenote(tmp_path, *take, "--json", "--match", "email").stdout)
    assert (again["created"], again["skipped"], again["failed"]) == (0, 2, 1)
    listed = [line.split() for line in sidenote(tmp_path, "import", "list", *ME).stdout.splitlines()]
    assert [told["id"], "people.csv", "done", "2", "0", "0", "1"] in listed
    undone = sidenote(tmp_path, "import", "undo", told["id"], *ME)
    assert "undone" in undone.stdout
    assert sidenote(tmp_path, "import", "undo", told["id"], *ME).returncode == 1


def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    assert sidenote(tmp_path, "migrate").returncode == 0
    engine = make_engine(f"sqlite:///{tmp_path / 'sidenote.db'}")
    gather(engine)
    engine.dispose()
    (tmp_path / "people.csv").write_text(PEOPLE)
    for arguments, said in (
        (("people.csv", "--folder", "Ships"), "there is no Ships"),
        (("people.csv", "--folder", "Contacts", "--map", "Hat=name"), "names no column"),
        (("people.csv", "--folder", "Contacts", "--map", "Role=hat"), "hat"),
    ):
        answer = sidenote(tmp_path, "import", *arguments, *ME)
        assert answer.returncode == 1, answer.stdout
        assert said in answer.stderr
        assert "Traceback" not in answer.stderr
