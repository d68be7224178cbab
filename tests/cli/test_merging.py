"""Duplicates on the command line: searched, listed, decided on, merged and split."""

from pathlib import Path

from app.core.database import make_engine, transaction
from app.records.service import create_record, get_record
from tests.cast import Cast, gather
from tests.cli.test_commands import sidenote

ALICE = ("--as", "alice@fairfield.example")


def furnish(folder: Path) -> tuple[Cast, list[str]]:
    assert sidenote(folder, "migrate").returncode == 0
    engine = make_engine(f"sqlite:///{folder / 'sidenote.db'}")
    cast = gather(engine)
    with transaction(engine) as session:
        ids = [
            create_record(session, workspace_id=cast.workspace_id, kind="contact", viewer=cast.alice, values=values).id
            for values in (
                {"name": "Dana Diaz", "email": "dana@quarry.example", "title": "CTO"},
                {"name": "Dana Diaz", "email": "dana+x@quarry.example", "title": "CEO"},
                {"name": "Zoë Unlike", "email": "zoe@else.example"},
            )
        ]
    engine.dispose()
    return cast, ids


def test_a_pair_is_found_merged_and_split(tmp_path: Path) -> None:
    cast, (dana, double, _) = furnish(tmp_path)
    assert sidenote(tmp_path, "duplicates", "search", *ALICE).returncode == 0
    assert dana in sidenote(tmp_path, "duplicates", "list", *ALICE).stdout
    shown = sidenote(tmp_path, "merge", dana, double, "--into", dana, "--dry-run", *ALICE).stdout
    assert "Job title" in shown
    merged = sidenote(tmp_path, "merge", dana, double, "--into", dana, "--value", f"title={dana}", *ALICE)
    assert merged.returncode == 0, merged.stderr
    merge_id = merged.stdout.split()[-1]
    engine = make_engine(f"sqlite:///{tmp_path / 'sidenote.db'}")
    with transaction(engine) as session:
        one = get_record(session, viewer=cast.alice, record_id=double)
        assert (one.id, one.data["title"]) == (dana, "CTO")
    assert "what they were" in sidenote(tmp_path, "merge", "--undo", merge_id, *ALICE).stdout
    with transaction(engine) as session:
        assert get_record(session, viewer=cast.alice, record_id=double).id == double
    engine.dispose()


def test_pairs_are_decided_on_by_score(tmp_path: Path) -> None:
    _, (dana, double, _) = furnish(tmp_path)
    sidenote(tmp_path, "duplicates", "search", *ALICE)
    refused = sidenote(tmp_path, "duplicates", "refuse", dana, double, *ALICE)
    assert "stay two" in refused.stdout
    none = sidenote(tmp_path, "duplicates", "decide", "merge", "--min-score", "0.5", *ALICE)
    assert none.returncode == 1
    assert "none of them is open" in none.stderr


def test_all_pairs_from_a_score_on_are_merged(tmp_path: Path) -> None:
    _, ids = furnish(tmp_path)
    sidenote(tmp_path, "duplicates", "search", *ALICE)
    done = sidenote(tmp_path, "duplicates", "decide", "merge", "--min-score", "0.5", *ALICE)
    assert "1 done, 0 left" in done.stdout, done.stderr
    assert "Nothing waits" in sidenote(tmp_path, "duplicates", "list", *ALICE).stderr
    for wrong in (["merge", ids[0]], ["merge", ids[0], "nobody"], ["duplicates", "list", "--folder", "Nope"]):
        refused = sidenote(tmp_path, *wrong, *ALICE)
        assert refused.returncode == 1
        assert "Traceback" not in refused.stderr
