"""A worker process for a test that kills it: `python -m tests.records.editing_worker URL`."""

import os
import sys
import time

import app.records.bulk_run  # noqa: F401
from app.core import jobs
from app.core.database import make_engine
from app.core.settings import Settings


def main(url: str) -> None:
    worker = jobs.Worker(Settings(_env_file=None, database_url=url), make_engine(url), slot="alpha")
    worker.start()
    while os.getppid() != 1:
        time.sleep(0.1)


if __name__ == "__main__":
    main(sys.argv[1])
