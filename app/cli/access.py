"""`sidenote invite` and `sidenote api-key`: letting people and programs in."""

from typing import Annotated

import typer
from sqlmodel import Session, col, select

from app.cli.console import ready_installation
from app.core.database import transaction
from app.core.errors import NotFound
from app.workspaces import members
from app.workspaces.access import Viewer, viewer_by_id
from app.workspaces.api_keys import create_api_key
from models import Member

As = Annotated[str, typer.Option("--as", help="Address of the member who does this.")]


def add_to(cli: typer.Typer) -> None:
    cli.command()(invite)
    cli.command("api-key")(api_key)


def invite(email: str, as_: As, role: str = "Rep") -> None:
    """Invite a colleague: they join when they sign in with this address."""
    with ready_installation() as context, transaction(context.engine) as session:
        viewer = _viewer(session, as_)
        found = next((known for known in members.roles(session, viewer=viewer) if known.name == role), None)
        if found is None:
            raise NotFound(f"role: this workspace has no role {role}.", field="role")
        members.invite(session, viewer=viewer, email=email, role_id=found.id)
        typer.echo(f"{email} joins as {role} on their first sign-in at {context.settings.base_url}")


def api_key(
    as_: As,
    name: Annotated[str, typer.Option(help="What the key is for.")] = "command line",
    days: Annotated[int | None, typer.Option(help="Days until it expires; for ever without.")] = None,
) -> None:
    """Print a new key for the REST API. It is shown this once."""
    with ready_installation() as context, transaction(context.engine) as session:
        typer.echo(create_api_key(session, viewer=_viewer(session, as_), name=name, days=days)[1])


def _viewer(session: Session, email: str) -> Viewer:
    member = session.scalar(select(col(Member.id)).where(col(Member.email) == email.lower()))
    if member is None:
        raise NotFound(f"as: nobody signed in with {email} yet.", field="as")
    return viewer_by_id(session, member)
