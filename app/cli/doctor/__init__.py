"""`sidenote doctor`: what is wrong with this installation, and what to do about it."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from typing import Annotated

import typer
from pydantic import ValidationError

from app.cli.console import out
from app.cli.doctor import clock, configuration, database, domains, keys, mailboxes, space
from app.cli.doctor.findings import Finding
from app.core.context import Context, build_context
from app.core.settings import get_settings

COLORS = {"ok": "green", "warning": "yellow", "problem": "red"}


def add_to(cli: typer.Typer) -> None:
    cli.command()(doctor)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")] = False,
    resolver: Annotated[str, typer.Option(help="DNS server to ask, HOST or HOST:PORT; the system's without.")] = "",
) -> None:
    """Check configuration, keys, database, background work, mailboxes, DNS, clock and disk.

    Ends with 1 if anything is a problem. Warnings can wait.
    """
    findings: list[Finding] = []
    for finding in _examined(resolver):
        findings.append(finding)
        if not as_json:
            _tell(finding)
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings]))
    if any(finding.state == "problem" for finding in findings):
        raise typer.Exit(1)


def _examined(resolver: str) -> Iterator[Finding]:
    import app.registry  # noqa: F401

    try:
        settings = get_settings()
    except ValidationError as error:
        yield from configuration.mistakes(error)
        return
    yield from configuration.examine(settings)
    able = True
    for finding in chain(keys.examine(settings), space.examine(settings), database.find(settings)):
        able = able and finding.state != "problem"
        yield finding
    if not able:
        return
    context = build_context(settings)
    try:
        yield from _examine_installation(context, resolver)
    finally:
        context.engine.dispose()


def _examine_installation(context: Context, resolver: str) -> Iterator[Finding]:
    yield from clock.examine(context)
    ready = True
    for finding in database.examine(context):
        ready = ready and finding.state != "problem"
        yield finding
    if ready:
        yield from database.examine_work(context)
        yield from keys.examine_grants(context)
        yield from mailboxes.examine(context)
        yield from domains.examine(context, resolver)


def _tell(finding: Finding) -> None:
    out.print(f"[{COLORS[finding.state]}]{finding.state:>7}[/] ", end="", highlight=False)
    out.print(f"{finding.check}: {finding.detail}", markup=False, highlight=False, soft_wrap=True)
    if finding.fix:
        out.print(f"        {finding.fix}", markup=False, highlight=False, soft_wrap=True)
