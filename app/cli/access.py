"""`sidenote invite`, `api-key` and `access`: letting people and programs in, and saying what they may do."""

from typing import Annotated

import typer
from sqlmodel import Session, col, select

from app.cli.console import out, ready_installation
from app.core.database import transaction
from app.core.errors import NotFound
from app.workspaces import invitations
from app.workspaces.access import Viewer, viewer_by_id
from app.workspaces.api_keys import create_api_key
from app.workspaces.explain import judge
from app.workspaces.roles import roles
from models import Member, Record

As = Annotated[str, typer.Option("--as", help="Address of the member who does this.")]

commands = typer.Typer(no_args_is_help=True, help="Who may do what, and which rule says so.")


def add_to(cli: typer.Typer) -> None:
    cli.command()(invite)
    cli.command("api-key")(api_key)
    cli.add_typer(commands, name="access")


def invite(
    email: str,
    as_: As,
    role: Annotated[list[str], typer.Option(help="Name of a role; say it again for several.")] = ["Rep"],  # noqa: B006
) -> None:
    """Invite a colleague: they join when they sign in with this address."""
    with ready_installation() as context, transaction(context.engine) as session:
        viewer = viewer_named(session, as_)
        known = {found.name: found.id for found in roles(session, viewer=viewer)}
        for name in role:
            if name not in known:
                raise NotFound(f"role: this workspace has no role {name}.", field="role")
        invitations.invite(session, viewer=viewer, email=email, role_ids=[known[name] for name in role])
        typer.echo(f"{email} joins as {', '.join(role)} on their first sign-in at {context.settings.base_url}")


def api_key(
    as_: As,
    name: Annotated[str, typer.Option(help="What the key is for.")] = "command line",
    days: Annotated[int | None, typer.Option(help="Days until it expires; for ever without.")] = None,
) -> None:
    """Print a new key for the REST API. It is shown this once."""
    with ready_installation() as context, transaction(context.engine) as session:
        typer.echo(create_api_key(session, viewer=viewer_named(session, as_), name=name, days=days)[1])


@commands.command()
def explain(
    member: Annotated[str, typer.Argument(help="Address of the member.")],
    record: Annotated[str, typer.Argument(help="Id of the record.")],
    right: Annotated[str, typer.Option(help="read, edit, delete, export or mail.")] = "read",
) -> None:
    """Say whether a member may do this with a record, and which rule decides."""
    with ready_installation() as context, transaction(context.engine, read_only=True) as session:
        met = session.get(Record, record)
        whose = select(Member).where(col(Member.email) == member.lower())
        judged = session.scalars(whose.where(col(Member.workspace_id) == met.workspace_id)).first() if met else None
        if met is None or judged is None:
            raise NotFound("No workspace has both this member and this record.")
        verdict = judge(session, member=judged, record=met, right=right)
        out.print(f"{'yes' if verdict.allowed else 'no'}: {verdict.rule}", highlight=False)
        bars = [f"Hidden: {name}." for name in verdict.hidden] + [f"Read only: {name}." for name in verdict.locked]
        for line in [*verdict.reasons, *bars]:
            out.print(f"  {line}", markup=False, highlight=False)


def viewer_named(session: Session, email: str) -> Viewer:
    """The member with this address. Raises NotFound."""
    member = session.scalar(select(col(Member.id)).where(col(Member.email) == email.lower()))
    if member is None:
        raise NotFound(f"as: nobody signed in with {email} yet.", field="as")
    return viewer_by_id(session, member)
