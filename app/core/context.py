"""What a running process shares: settings, the database, the vault and Google's certificates."""

from dataclasses import dataclass

from sqlalchemy import Engine

from app.core.database import make_engine
from app.core.google_certs import GoogleCerts
from app.core.security import Vault
from app.core.settings import Settings


@dataclass(frozen=True)
class Context:
    settings: Settings
    engine: Engine
    vault: Vault
    certs: GoogleCerts


def build_context(settings: Settings) -> Context:
    return Context(
        settings=settings,
        engine=make_engine(settings.database_url),
        vault=Vault(settings.keys()),
        certs=GoogleCerts(settings.google_certs_url),
    )
