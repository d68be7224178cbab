"""The command line, `sidenote`: one module per group of commands."""

import typer

from app.cli import (
    access,
    backups,
    config,
    demo,
    doctor,
    duplicates,
    exports,
    hygiene,
    imports,
    merges,
    person,
    search,
    serve,
    sync,
)

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="Sidenote, the CRM inside Gmail.")
serve.add_to(cli)
demo.add_to(cli)
access.add_to(cli)
exports.add_to(cli)
backups.add_to(cli)
doctor.add_to(cli)
cli.add_typer(sync.commands, name="sync")
cli.add_typer(config.commands, name="config")
cli.add_typer(imports.commands, name="import")
cli.add_typer(search.commands, name="search")
merges.add_to(cli)
cli.add_typer(duplicates.commands, name="duplicates")
cli.add_typer(person.commands, name="person")
cli.add_typer(hygiene.commands, name="hygiene")


def main() -> None:
    cli()
