"""One import in a process of its own: `python -m tests.bench.importing URL ROWS` prints what it took."""

import csv
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from cryptography.fernet import Fernet

import app.registry  # noqa: F401
from app.core import collector
from app.core.database import make_engine, transaction
from app.core.security import Vault
from app.records.schema import folder_of_kind
from app.transfer.importing import Advance, get_import, stage_file, start_import
from app.workspaces.access import viewer_by_id
from app.workspaces.signin import Identity, sign_in

HEADINGS = ("Name", "Email", "Phone", "Job title")
FIRST = "Anna Bert Carla Dana Emil Fay Gil Hugo Ines Jan Karl Lena Mia Nora Otto Paul Rita Sven Tina Uwe".split()
TITLES = ("Head of Purchasing", "CEO", "Sales Manager", "Engineer", "")
LETTERS = "abcdefghijklmnoprstuvw"


def main(url: str, rows: int) -> None:
    engine = make_engine(url)
    with tempfile.TemporaryDirectory() as folder, transaction(engine) as session:
        member = sign_in(session, Identity("bench", "bench@seller.example", "Bench"))
        viewer = viewer_by_id(session, member.id)
        folder_id = folder_of_kind(session, workspace_id=viewer.workspace_id, kind="contact").id
        path = Path(folder) / "people.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerow(HEADINGS)
            csv.writer(file).writerows(_people(rows))
        begun = time.perf_counter()
        import_id = stage_file(session, viewer=viewer, folder_id=folder_id, path=path, name=path.name).id
        staging = time.perf_counter() - begun
        start_import(session, viewer=viewer, import_id=import_id)
    collector.settle()
    advance, begun = Advance(engine, Vault([Fernet.generate_key().decode()]), import_id), time.perf_counter()
    megabytes = _megabytes()
    while advance():
        megabytes = max(megabytes, _megabytes())
    seconds = time.perf_counter() - begun
    with transaction(engine, read_only=True) as session:
        if get_import(session, viewer=viewer, import_id=import_id).created != rows:
            sys.exit("not every row became a record")
    sys.stdout.write(json.dumps({"seconds": seconds, "staging": staging, "megabytes": megabytes}))


def _megabytes() -> float:
    """Memory of this process alone: pages of the database file that SQLite maps are the kernel's to take back."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0]) / 1024


def _people(rows: int) -> Iterator[tuple[str, str, str, str]]:
    chosen = random.Random(1)
    families = ["".join(chosen.choices(LETTERS, k=7)).title() for _ in range(5_000)]
    for number in range(rows):
        name = f"{chosen.choice(FIRST)} {chosen.choice(families)}"
        mail = f"{name.lower().replace(' ', '.')}.{number}@company{number % 2_000}.example"
        yield name, mail, f"+4930{number:07d}", TITLES[number % len(TITLES)]


main(sys.argv[1], int(sys.argv[2]))
