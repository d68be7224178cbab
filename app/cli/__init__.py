"""The command line, `sidenote`: one module per group of commands."""

import sys
from collections.abc import Iterable
from importlib import import_module

import typer

COMMANDS = {
    "serve": ("serve", "worker", "migrate", "manifest"),
    "demo": ("demo",),
    "access": ("invite", "api-key", "access"),
    "imports": ("import",),
    "exports": ("export",),
    "backups": ("backup", "restore", "digest", "archive"),
    "doctor": ("doctor",),
    "sync": ("sync",),
    "config": ("config",),
    "search": ("search",),
    "duplicates": ("duplicates",),
    "merges": ("merge",),
    "hygiene": ("hygiene",),
    "person": ("person",),
}
"""What each module adds. Only the one that is asked for is loaded: the web's alone take seconds."""


def sidenote() -> None:
    """Sidenote, the CRM inside Gmail."""


def main() -> None:
    cli = typer.Typer(callback=sidenote, no_args_is_help=True, add_completion=False)
    for module in _needed(sys.argv[1:2]):
        import_module(f"app.cli.{module}").add_to(cli)
    cli()


def _needed(asked: list[str]) -> Iterable[str]:
    """The module of the command that was typed; for help, and for what is no command, all of them."""
    return [module for module, names in COMMANDS.items() if set(asked) & set(names)] or COMMANDS
