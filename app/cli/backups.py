"""`sidenote backup`, `restore`, `digest` and `archive`: everything in one file, and back."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.access import As, viewer_named
from app.cli.console import counting_tables, err, installation, out, ready_installation
from app.cli.doctor.keys import undecryptable
from app.core import jobs
from app.core.database import transaction
from app.records.sql_views import upgrade
from app.transfer.archive import note_archive, take_in, write_archive
from app.transfer.backup import restore as restore_backup
from app.transfer.backup import save
from app.transfer.rows.digest import digests, overall
from app.transfer.rows.snapshot import snapshot

KEYS = (
    "Google's grants to the mailboxes are in it, encrypted: keep the keys (SIDENOTE_SECRET_KEYS, or the file "
    "sidenote.key) as well, in another place."
)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
NewFile = Annotated[Path, typer.Argument(dir_okay=False, help="Where to; a file that is there is replaced.")]

archives = typer.Typer(no_args_is_help=True, help="A whole workspace, out of this installation and into another.")


def add_to(cli: typer.Typer) -> None:
    for command in (backup, restore, digest):
        cli.command()(command)
    cli.add_typer(archives, name="archive")


def backup(file: NewFile) -> None:
    """Write the whole database into one file, while Sidenote runs on.

    It is restored into SQLite or PostgreSQL, whichever it is from, by the same version of Sidenote. Google's grants to
    the mailboxes stay encrypted in it: keep the keys (SIDENOTE_SECRET_KEYS, or the file sidenote.key) as well, in
    another place; without them every mailbox must be connected anew. The settings are not in it.
    """
    with ready_installation() as context, counting_tables() as progress:
        manifest = save(context.engine, file, progress=progress)
    err.print(KEYS, highlight=False)
    typer.echo(manifest["digest"])


def restore(
    file: File,
    replace: Annotated[bool, typer.Option("--replace", help="Lose what is in the database now.")] = False,
) -> None:
    """Fill the database that the settings name from a backup: all of it, or nothing.

    What was written is read again and compared with the backup's digest. Start Sidenote afterwards: jobs that were
    waiting go on. Mailboxes go on where they stood at the time of the backup.
    """
    with installation() as context:
        upgrade(context.engine)
        jobs.migrate(context.settings.database_url)
        with counting_tables() as progress:
            manifest = restore_backup(context.engine, file, replace=replace, progress=progress)
        with transaction(context.engine, read_only=True) as session:
            if lost := undecryptable(session, context.vault):
                err.print(
                    f"[yellow]The keys here do not open Google's grants to {', '.join(lost)}: put the key of the old "
                    "installation into SIDENOTE_SECRET_KEYS, or have them connected anew.[/yellow]",
                    highlight=False,
                )
        typer.echo(manifest["digest"])


def digest(
    tables: Annotated[bool, typer.Option("--tables", help="Of each table, too, with the number of its rows.")] = False,
) -> None:
    """Print a number that two databases share if and only if they hold the same, whatever their kind.

    The search index, which is made from the rest, and signs of life of running processes do not count.
    """
    with ready_installation() as context, snapshot(context.engine) as session:
        found = digests(session)
        if tables:
            for name, one in sorted(found.items()):
                out.print(f"{one.total:064x} {one.rows:>12,} {name}", highlight=False)
        typer.echo(overall(found))


@archives.command("out")
def archive_out(file: NewFile, as_: As) -> None:
    """Write the workspace of an admin into one zip file: every record, timeline and change, all mail, all settings.

    Beside the tables that `sidenote archive in` reads, `folders/` has each folder as CSV. API keys and Google's grants
    to mailboxes stay behind.
    """
    with ready_installation() as context:
        with snapshot(context.engine) as session, counting_tables() as progress:
            viewer = viewer_named(session, as_)
            manifest = write_archive(session, file, viewer=viewer, progress=progress)
        with transaction(context.engine) as session:
            note_archive(session, viewer=viewer, manifest=manifest)
    typer.echo(manifest["digest"])


@archives.command("in")
def archive_in(file: File) -> None:
    """Add the workspace of an archive to this installation, under the ids it had: all of it, or nothing.

    Its members sign in with the Google accounts they had, and connect their mailboxes anew.
    """
    with ready_installation() as context, counting_tables() as progress:
        manifest = take_in(context.engine, file, progress=progress)
    err.print(f"{manifest['workspace']['name']} is here.", highlight=False, markup=False)
    typer.echo(manifest["digest"])
