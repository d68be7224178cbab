"""How commands reach the installation and report: results on standard output, everything else on standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app.core.context import Context, build_context
from app.core.errors import Conflict, SidenoteError
from app.core.schema import is_current
from app.core.settings import get_settings

out = Console()
err = Console(stderr=True)


@contextmanager
def clear_errors() -> Iterator[None]:
    """Known errors end the command with their message and exit code 1, never with a traceback."""
    try:
        yield
    except SidenoteError as error:
        err.print(f"[red]{error.message}[/red]")
        raise typer.Exit(1) from None
    except ValidationError as error:
        for problem in error.errors():
            err.print(f"[red]{'.'.join(map(str, problem['loc']))}: {problem['msg']}[/red]")
        raise typer.Exit(1) from None


@contextmanager
def installation() -> Iterator[Context]:
    """The installation that the environment describes."""
    import app.registry  # noqa: F401

    with clear_errors():
        context = build_context(get_settings())
        yield context
        context.engine.dispose()


@contextmanager
def ready_installation() -> Iterator[Context]:
    """The same, for commands that need its tables. Raises Conflict for an empty or outdated database."""
    with installation() as context:
        if not is_current(context.engine):
            where = context.engine.url.render_as_string(hide_password=True)
            raise Conflict(f"DATABASE_URL: {where} is no current Sidenote. Name another, or run `sidenote migrate`.")
        yield context


@contextmanager
def counting(what: str) -> Iterator[Callable[[int], None]]:
    """Show how many are done so far, of a number that is not known before."""
    with _counter() as progress:
        task = progress.add_task(what, total=None)
        yield lambda count: progress.advance(task, count)


@contextmanager
def counting_tables() -> Iterator[Callable[[str, int], None]]:
    """The same for one table after the other."""
    with _counter() as progress:
        task = progress.add_task("", total=None)

        def count(table: str, rows: int) -> None:
            progress.update(task, description=table, advance=rows)

        yield count


def _counter() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} {task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=err, transient=True)
