"""`sidenote search`: the index behind the search box."""

import typer
from rich.progress import Progress

from app.cli.console import err, ready_installation
from app.timeline.search.rebuilding import rebuild, size

commands = typer.Typer(no_args_is_help=True, help="The index behind the search box.")


def add_to(cli: typer.Typer) -> None:
    cli.add_typer(commands, name="search")


@commands.callback()
def search() -> None:
    """Commands of this group."""


@commands.command()
def reindex() -> None:
    """Make the search index anew from records and timelines, beside the running service. Running it twice is fine."""
    with ready_installation() as context, Progress(console=err) as progress:
        task = progress.add_task("Indexing", total=size(context.engine))
        for done in rebuild(context.engine):
            progress.advance(task, done)
