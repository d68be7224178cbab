"""Files of other people that lie beside the repository on machines of its developers."""

import tarfile
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "shared" / "data"


def shared(*parts: str) -> Path:
    """A file or folder of real data; the test is skipped where there is none."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no {'/'.join(parts)} on this machine")
    return path


def unpacked(tmp_path: Path, *parts: str) -> Path:
    """The folder that an archive of real data holds."""
    archive = shared(*parts)
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    return tmp_path / archive.name.partition(".")[0]
