"""A process that takes an import in and is killed meanwhile: `python -m tests.transfer.importing.taking URL ID`."""

import sys

from cryptography.fernet import Fernet

import app.registry  # noqa: F401
from app.core.database import make_engine
from app.core.security import Vault
from app.transfer.importing import Advance


def main(url: str, import_id: str) -> None:
    advance = Advance(make_engine(url), Vault([Fernet.generate_key().decode()]), import_id)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while advance():
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
