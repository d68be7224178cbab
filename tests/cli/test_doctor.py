"""`sidenote doctor` names what is wrong and what to do, and says no more than it could look at."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlmodel import Session, select

from app.core.clock import utcnow
from app.core.database import make_engine, transaction
from app.core.jobs.liveness import beat
from app.core.security import Vault
from app.core.settings import Settings
from models import Mailbox
from tests.cast import gather
from tests.cli.nameserver import name_server
from tests.cli.test_commands import sidenote
from tests.conftest import Copy, Database

NOWHERE = "127.0.0.1:9"
SPF = "v=spf1 include:_spf.google.com ~all"


@pytest.fixture
def installed(tmp_path: Path, sqlite_copy: Copy) -> Path:
    """An installation with a living worker and the cast's mailboxes, which are all up to date."""
    with sqlite_copy(tmp_path) as database:
        make_healthy(database)
        Settings(_env_file=None, database_url=database.url).keys()
    return tmp_path


def make_healthy(database: Database) -> None:
    gather(database.engine)
    with transaction(database.engine) as session:
        for mailbox in session.scalars(select(Mailbox)):
            mailbox.synced_at = utcnow()
    beat(database.engine, "main")


def examined(folder: Path, resolver: str = NOWHERE) -> dict[str, Any]:
    """Findings by what was looked at, and how the command ended under `exit`."""
    answer = sidenote(folder, "doctor", "--json", "--resolver", resolver)
    assert answer.stderr == ""
    return {finding["check"]: finding for finding in json.loads(answer.stdout)} | {"exit": answer.returncode}


def change(folder: Path, address: str, **values: Any) -> None:
    engine = make_engine(f"sqlite:///{folder / 'sidenote.db'}")
    with transaction(engine) as session:
        _mailbox(session, address).sqlmodel_update(values)
    engine.dispose()


def _mailbox(session: Session, address: str) -> Mailbox:
    return session.exec(select(Mailbox).where(Mailbox.address == address)).one()


def test_a_healthy_installation_without_network(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    make_healthy(database)
    monkeypatch.setenv("SIDENOTE_DATABASE_URL", database.url)
    monkeypatch.setenv("SIDENOTE_SECRET_KEYS", json.dumps([Fernet.generate_key().decode()]))
    told = examined(tmp_path)
    assert told.pop("exit") == 0
    assert [finding for finding in told.values() if finding["state"] == "problem"] == []
    assert "not checked" in told["DNS"]["detail"]
    assert "not compared" in told["clock"]["detail"]
    assert told["mailbox bob@fairfield.example"]["detail"] == "live, 0 messages to fetch"
    assert told["database"]["detail"].startswith(database.engine.dialect.name)


def test_people_read_it_line_by_line(installed: Path):
    printed = sidenote(installed, "doctor", "--resolver", NOWHERE)
    assert printed.returncode == 0
    assert "     ok tables: at revision" in printed.stdout
    assert "warning DNS: no name server answers: not checked" in printed.stdout


def test_what_is_not_there_is_not_made(tmp_path: Path):
    told = examined(tmp_path)
    assert (told["exit"], told["database"]["state"], told["keys"]["state"]) == (1, "problem", "problem")
    assert "sidenote migrate" in told["database"]["fix"]
    assert list(tmp_path.iterdir()) == []


def test_wrong_settings_are_named(tmp_path: Path):
    (tmp_path / ".env").write_text("SIDENOTE_BASE_URL=http://crm.example\n")
    told = examined(tmp_path)
    assert (told["exit"], told["configuration"]["state"]) == (1, "problem")
    assert "must start with https://" in told["configuration"]["detail"]


def test_mailboxes_that_stand_still(installed: Path):
    lost = Vault([Fernet.generate_key().decode()]).encrypt("token")
    change(installed, "alice@fairfield.example", state="reconnect")
    change(installed, "bob@fairfield.example", synced_at=utcnow() - timedelta(hours=2), last_error="HttpError")
    change(installed, "carol@fairfield.example", grant=lost)
    told = examined(installed)
    assert told["exit"] == 1
    assert told["mailbox alice@fairfield.example"]["detail"] == "Google no longer grants access"
    assert told["mailbox bob@fairfield.example"]["detail"] == "120 minutes behind"
    assert told["grants"]["detail"] == "the keys do not open Google's grants to carol@fairfield.example"


def test_a_worker_that_died(installed: Path):
    engine = make_engine(f"sqlite:///{installed / 'sidenote.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE executor SET heartbeat_at = '2026-01-02 03:04:05.000000'")
    engine.dispose()
    told = examined(installed)["background work"]
    assert (told["state"], "2026-01-02T03:04:05" in told["detail"]) == ("problem", True)


@pytest.mark.parametrize(
    ("records", "states"),
    [
        ({}, ("problem", "warning", "problem")),
        (
            {
                "fairfield.example": ["google-site-verification=x", SPF],
                "google._domainkey.fairfield.example": ["v=DKIM1; k=rsa; p=MIGf"],
                "_dmarc.fairfield.example": ["v=DMARC1; p=reject"],
            },
            ("ok", "ok", "ok"),
        ),
        (
            {
                "fairfield.example": [SPF, "v=spf1 -all"],
                "google._domainkey.fairfield.example": ["v=DKIM1; p="],
                "_dmarc.fairfield.example": ["v=DMARC1; p=none"],
            },
            ("problem", "problem", "warning"),
        ),
        ({"fairfield.example": ["v=spf1 +all"]}, ("problem", "warning", "problem")),
        ({"fairfield.example": ["v=spf1 mx -all"]}, ("warning", "warning", "problem")),
    ],
)
def test_what_dns_says_of_sending_domains(installed: Path, records: dict[str, list[str]], states: tuple[str, ...]):
    with name_server(records) as resolver:
        told = examined(installed, resolver)
    found = tuple(told[f"{check} of fairfield.example"]["state"] for check in ("SPF", "DKIM", "DMARC"))
    assert found == states
