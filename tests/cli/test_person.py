"""`sidenote person`: a person's data as a file, and erased, from the command line."""

from pathlib import Path
from zipfile import ZipFile

from sqlalchemy import select

from app.core.database import make_engine, transaction
from app.records.service import create_record
from models import Record
from tests.cast import gather
from tests.cli.test_commands import sidenote

AS = ("--as", "alice@fairfield.example")


def test_a_person_is_exported_and_erased(tmp_path: Path) -> None:
    assert sidenote(tmp_path, "migrate").returncode == 0
    engine = make_engine(f"sqlite:///{tmp_path / 'sidenote.db'}")
    cast = gather(engine)
    values = {"name": "Dana Diaz", "email": "dana@customer.example"}
    with transaction(engine) as session:
        create_record(session, workspace_id=cast.workspace_id, kind="contact", values=values, viewer=cast.alice)
    refused = sidenote(tmp_path, "person", "export", "dana@customer.example", "--as", "bob@fairfield.example")
    assert (refused.returncode, list(tmp_path.glob("*.zip"))) == (1, [])
    assert "Only an admin" in refused.stderr
    assert sidenote(tmp_path, "person", "export", "dana@customer.example", *AS, "--to", "d.zip").returncode == 0
    with ZipFile(tmp_path / "d.zip") as archive:
        assert "Dana Diaz" in archive.read("json/record.json").decode()

    asked = sidenote(tmp_path, "person", "erase", "dana@customer.example", *AS)
    assert "Dana Diaz: dana@customer.example" in asked.stderr
    assert "cannot be undone" in asked.stderr
    assert asked.returncode == 1
    done = sidenote(tmp_path, "person", "erase", "dana@customer.example", *AS, "--yes", "--receipt", "receipt.txt")
    assert done.returncode == 0, done.stderr
    assert "records deleted" in (tmp_path / "receipt.txt").read_text()
    assert "Dana" not in done.stdout
    with transaction(engine, read_only=True) as session:
        assert session.scalars(select(Record)).all() == []
    engine.dispose()
    again = sidenote(tmp_path, "person", "erase", "dana@customer.example", *AS, "--yes")
    assert "records deleted" in again.stdout
    assert not list(tmp_path.glob("personal-data*"))
