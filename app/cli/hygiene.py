"""`sidenote hygiene`: what is wrong with the records, and mending it."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from app.cli.access import As, viewer_named
from app.cli.console import err, out, ready_installation
from app.cli.naming import folder_named
from app.core.database import transaction
from app.core.errors import InvalidInput
from app.records.hygiene import STALE_DAYS, Finding, mend, report
from app.records.schema import folders_seen
from models import BulkEdit

commands = typer.Typer(no_args_is_help=True, help="How clean the records are, and mending them.")

StaleDays = Annotated[int, typer.Option(help="Days without anything after which a record is stale.")]


def add_to(cli: typer.Typer) -> None:
    cli.add_typer(commands, name="hygiene")


@commands.command("report")
def show(
    as_: As,
    folder: Annotated[str, typer.Option(help="Name of a folder; all of them without.")] = "",
    stale_days: StaleDays = STALE_DAYS,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")] = False,
) -> None:
    """Invalid addresses, missing owners, stale records, unused fields, deals that nobody drives on, duplicates."""
    with ready_installation() as context, transaction(context.engine, read_only=True) as session:
        viewer = viewer_named(session, as_)
        names = {each.id: each.name for each in folders_seen(session, viewer=viewer)}
        chosen = folder_named(session, viewer, folder).id if folder else None
        found = report(session, viewer=viewer, folder_id=chosen, stale_days=stale_days)
        if as_json:
            typer.echo(json.dumps([asdict(finding) for finding in found]))
        elif found:
            out.print(_table(found, names))
        else:
            err.print("Nothing to mend.")


@commands.command()
def fix(
    check: Annotated[str, typer.Argument(help="As the report names it, e.g. no_owner.")],
    as_: As,
    folder: Annotated[str, typer.Option(help="Name of the folder.")],
    value: Annotated[list[str] | None, typer.Option("--set", help="field=value, instead of what is proposed.")] = None,
    stale_days: StaleDays = STALE_DAYS,
) -> None:
    """Mend what a check found: as a bulk edit, which can be undone, or by archiving a field."""
    with ready_installation() as context, transaction(context.engine) as session:
        viewer = viewer_named(session, as_)
        folder_id = folder_named(session, viewer, folder).id
        mended = mend(
            session, viewer=viewer, folder_id=folder_id, check=check, values=_values(value or []), stale_days=stale_days
        )
        if isinstance(mended, BulkEdit):
            out.print(f"Bulk edit {mended.id} changes {mended.total:,} records, once a worker runs.", highlight=False)
        else:
            out.print(f"{mended.name} is archived.", markup=False, highlight=False)


def _values(pairs: list[str]) -> dict[str, Any]:
    for pair in pairs:
        if "=" not in pair:
            raise InvalidInput(f"set: write field=value, not {pair}.", field="set")
    return {key: value for key, _, value in (pair.partition("=") for pair in pairs)}


def _table(found: list[Finding], names: dict[str, str]) -> Table:
    table = Table("folder", "check", "records", "", "for example", "fix")
    for finding in found:
        samples = "; ".join(sample.detail or sample.name for sample in finding.samples[:2])
        fix = finding.fix.says if finding.fix else ""
        table.add_row(names[finding.folder_id], finding.check, f"{finding.count:,}", finding.says, samples, fix)
    return table
