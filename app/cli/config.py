"""`sidenote config`: a workspace's configuration as a file that can be kept, compared and applied."""

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from app.cli.access import As, viewer_named
from app.cli.console import ready_installation
from app.core.database import transaction
from app.core.errors import InvalidInput
from app.records.config import apply_config, export_config

commands = typer.Typer(no_args_is_help=True, help="Folders, fields, pipelines, roles, territories and views as a file.")

File = Annotated[Path, typer.Argument(help="YAML, as `export` writes it.", exists=True, dir_okay=False)]
Prune = Annotated[bool, typer.Option("--prune", help="Also archive or delete what the file's lists lack.")]


def add_to(cli: typer.Typer) -> None:
    cli.add_typer(commands, name="config")


@commands.command()
def export(
    as_: As,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Where to; standard output without.")] = None,
) -> None:
    """Write the configuration of a workspace, with names instead of ids."""
    with ready_installation() as context, transaction(context.engine, read_only=True) as session:
        document = export_config(session, viewer=viewer_named(session, as_))
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        typer.echo(text, nl=False)


@commands.command()
def diff(file: File, as_: As, prune: Prune = False) -> None:
    """Print what `apply` would do, one line each, and do nothing."""
    _apply(file, as_, prune, keep=False)


@commands.command()
def apply(file: File, as_: As, prune: Prune = False) -> None:
    """Make the workspace as the file says: all of it, or nothing."""
    _apply(file, as_, prune, keep=True)


def _apply(file: Path, as_: str, prune: bool, *, keep: bool) -> None:
    with ready_installation() as context, transaction(context.engine) as session:
        viewer = viewer_named(session, as_)
        for step in apply_config(session, viewer=viewer, document=_read(file), prune=prune):
            typer.echo(step)
        if not keep:
            session.rollback()


def _read(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file}: no YAML. {error}") from None
