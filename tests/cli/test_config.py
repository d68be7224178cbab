"""`sidenote config`: a configuration that goes out into a file and comes back."""

from pathlib import Path

import pytest
import yaml

from app.core.database import make_engine
from tests.cast import ALICE, BOB, MALLORY, gather
from tests.cli.test_commands import sidenote


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with the database of a migrated installation and the cast in it."""
    assert sidenote(tmp_path, "migrate").returncode == 0
    engine = make_engine(f"sqlite:///{tmp_path / 'sidenote.db'}")
    gather(engine)
    engine.dispose()
    return tmp_path


def test_a_file_is_compared_before_it_is_applied(installed: Path):
    assert sidenote(installed, "config", "export", "--as", ALICE.email, "-o", "alice.yaml").returncode == 0
    document = yaml.safe_load((installed / "alice.yaml").read_text())
    document["folders"].append({"name": "Partner companies", "singular": "Partner company"})
    document["fields"].append({"folder": "Partner companies", "key": "größe", "name": "Größe", "type": "text"})
    (installed / "wrong.yaml").write_text(yaml.safe_dump(document))
    refused = sidenote(installed, "config", "apply", "wrong.yaml", "--as", MALLORY.email)
    assert refused.returncode == 1
    assert "fields Partner companies/größe: key: größe is taken or not made of a-z" in refused.stderr
    document["fields"][-1]["key"] = "groesse"
    (installed / "new.yaml").write_text(yaml.safe_dump(document))
    for _ in range(2):
        looked = sidenote(installed, "config", "diff", "new.yaml", "--as", MALLORY.email)
        told = looked.stdout.splitlines()
        assert told[:2] == ["create folders Partner companies", "create fields Partner companies/groesse"]
        assert sorted(told[2:]) == ["create territories North", "create territories South"]
    done = sidenote(installed, "config", "apply", "new.yaml", "--as", MALLORY.email)
    assert (done.returncode, done.stdout) == (0, looked.stdout)
    assert sidenote(installed, "config", "diff", "new.yaml", "--as", MALLORY.email).stdout == ""
    printed = sidenote(installed, "config", "export", "--as", MALLORY.email).stdout
    assert "Partner companies" in printed


def test_only_yaml_of_admins_counts(installed: Path):
    (installed / "broken.yaml").write_text("folders: [")
    for arguments, complaint in (
        (("export", "--as", BOB.email), "Only an admin"),
        (("apply", "broken.yaml", "--as", ALICE.email), "broken.yaml: no YAML"),
    ):
        answer = sidenote(installed, "config", *arguments)
        assert (answer.returncode, complaint in answer.stderr) == (1, True)
        assert "Traceback" not in answer.stderr
