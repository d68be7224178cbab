"""A zip file of tables, a file of lines each, and a manifest that says what they must come to."""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import orjson

from app.core.clock import utcnow
from app.core.errors import InvalidInput
from app.core.schema import head
from app.transfer.placing import taking_its_place
from app.transfer.rows.digest import TableDigest, overall

FORMAT = 1
MANIFEST = "manifest.json"
Progress = Callable[[str, int], None]
"""Told the name of a table, and how many more of its rows are done."""


class PackageWriter:
    """Adds files one after the other; `seal` comes last. Nothing is held in memory."""

    def __init__(self, package: zipfile.ZipFile, kind: str) -> None:
        self._package, self._kind = package, kind
        self._tables: dict[str, TableDigest] = {}

    def add_table(self, name: str, batches: Iterable[list[bytes]]) -> Iterator[int]:
        """Yields how many rows were written, batch by batch."""
        digest = self._tables.setdefault(name, TableDigest())
        with self.opened(f"tables/{name}.jsonl") as file:
            for lines in batches:
                digest.add(lines)
                file.write(b"".join(lines))
                yield len(lines)

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        with self._package.open(name, "w", force_zip64=True) as file:
            yield file

    def seal(self, **more: object) -> dict[str, Any]:
        """Write the manifest, and give it."""
        manifest = {
            "kind": self._kind,
            "format": FORMAT,
            "sidenote": version("sidenote"),
            "schema": head(),
            "made_at": utcnow().isoformat(timespec="seconds"),
            "digest": overall(self._tables),
            "tables": {str(name): one.as_json() for name, one in self._tables.items()},
            **more,
        }
        self._package.writestr(MANIFEST, orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
        return manifest


class Package:
    """A package to read from."""

    def __init__(self, package: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
        self._package, self.manifest = package, manifest

    def lines(self, name: str) -> Iterator[bytes]:
        if name in self._package.namelist():
            with self._package.open(name) as file:
                yield from file

    def table(self, name: str) -> Iterator[bytes]:
        return self.lines(f"tables/{name}.jsonl")

    def check(self, tables: Mapping[str, TableDigest]) -> None:
        """Raises InvalidInput unless these tables hold what was put into the package."""
        for name, told in self.manifest["tables"].items():
            if (tables.get(name) or TableDigest()).as_json() != told:
                raise InvalidInput(f"file: the table {name} is not what it was when this file was made; it is damaged.")


@contextmanager
def writing(path: Path, *, kind: str) -> Iterator[PackageWriter]:
    with (
        taking_its_place(path) as unfinished,
        zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package,
    ):
        yield PackageWriter(package, kind)


@contextmanager
def reading(path: Path, *, kind: str) -> Iterator[Package]:
    """A package of this kind. Raises InvalidInput for anything else, and for another version of the tables."""
    try:
        with zipfile.ZipFile(path) as package:
            manifest = orjson.loads(package.read(MANIFEST))
            _check_kind(manifest, kind)
            yield Package(package, manifest)
    except (zipfile.BadZipFile, KeyError, orjson.JSONDecodeError, EOFError) as error:
        raise InvalidInput(f"file: {path} is no {kind} of Sidenote, or is damaged ({error}).", field="file") from None


def _check_kind(manifest: Mapping[str, Any], kind: str) -> None:
    if manifest["kind"] != kind or manifest["format"] != FORMAT:
        raise InvalidInput(
            f"file: this is no {kind} in format {FORMAT}, but {manifest['kind']} in format {manifest['format']}.",
            field="file",
        )
    if manifest["schema"] != head():
        raise InvalidInput(
            f"file: made by Sidenote {manifest['sidenote']} with tables at {manifest['schema']}, not at {head()}: "
            "read it with that version, then run `sidenote migrate` with this one.",
            field="file",
        )
