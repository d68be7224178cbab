"""What the commands say to somebody who has just met them."""

import json
import os
import subprocess
import sys
from email.message import EmailMessage
from importlib import import_module
from pathlib import Path

import pytest
import typer

from app.cli import COMMANDS
from app.core.database import make_engine, transaction
from app.records.deals import create_deal
from tests.cast import gather


def sidenote(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, run in `folder` with the database that belongs there."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder / 'sidenote.db'}", "COLUMNS": "300"}
    command = [sys.executable, "-m", "app.cli", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("command", [["sync", "status"], ["invite", "dan@x.example", "--as", "alice@x.example"]])
def test_without_a_database_the_way_out_is_named(tmp_path: Path, command: list[str]) -> None:
    answer = sidenote(tmp_path, *command)
    assert answer.returncode == 1
    assert "run `sidenote migrate`" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_migrated_database_is_enough(tmp_path: Path) -> None:
    assert sidenote(tmp_path, "migrate").returncode == 0
    assert "No mailbox is connected yet." in sidenote(tmp_path, "sync", "status").stderr
    assert sidenote(tmp_path, "search", "reindex").returncode == 0


@pytest.mark.parametrize("given", [[], ["--address", "bob@ours.example"]])
def test_the_demo_says_whose_mail_it_took_it_for(tmp_path: Path, given: list[str]) -> None:
    mails = tmp_path / "mails"
    mails.mkdir()
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Delivered-To"] = "jane@acme.example", "bob@ours.example", "bob@ours.example"
    letter["Subject"], letter["Date"] = "Hello", "Mon, 02 Nov 2026 10:00:00 +0000"
    letter.set_content("Hello Bob")
    (mails / "1.eml").write_bytes(bytes(letter))
    answer = sidenote(tmp_path, "demo", "--once", "--mbox", str(mails), *given)
    assert json.loads(answer.stdout)["messages"] == 1
    assert "This is the mail of bob@ours.example" in answer.stderr
    assert ("a guess" in answer.stderr) == (not given)


def test_a_folder_without_mail_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    answer = sidenote(tmp_path, "demo", "--once", "--mbox", str(tmp_path / "empty"))
    assert answer.returncode == 1
    assert "holds no mail that tells whose it is" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_access_explain_names_the_rule(tmp_path: Path) -> None:
    assert sidenote(tmp_path, "migrate").returncode == 0
    engine = make_engine(f"sqlite:///{tmp_path / 'sidenote.db'}")
    cast = gather(engine)
    with transaction(engine) as session:
        deal = create_deal(session, viewer=cast.alice, values={"name": "Granite"}).id
    engine.dispose()
    said = sidenote(tmp_path, "access", "explain", "Bob@fairfield.example", deal, "--right", "edit").stdout
    assert said.startswith("no: scope\n")
    assert "Rep: read reaches `territory` in Deals, by the role itself." in said
    assert "Alice Fairfield owns it: `territory` of Bob Berg does not reach it." in said
    assert "no workspace" in sidenote(tmp_path, "access", "explain", "mallory@elsewhere.example", deal).stderr.lower()


@pytest.mark.parametrize("module", COMMANDS)
def test_a_module_adds_the_commands_it_is_loaded_for(module: str) -> None:
    cli = typer.Typer()
    import_module(f"app.cli.{module}").add_to(cli)
    commands = [one.name or one.callback.__name__ for one in cli.registered_commands if one.callback]
    assert {*commands, *(group.name for group in cli.registered_groups)} == set(COMMANDS[module])
