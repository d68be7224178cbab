"""Settings, read from the environment (`SIDENOTE_…`, and `DATABASE_URL`) or an `.env` file."""

from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import AliasChoices, Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Settings(BaseSettings):
    """Everything an installation can set. The defaults run on one machine against Google itself."""

    model_config = SettingsConfigDict(env_prefix="SIDENOTE_", env_file=".env", extra="ignore")

    database_url: str = Field(
        "sqlite:///sidenote.db", validation_alias=AliasChoices("SIDENOTE_DATABASE_URL", "DATABASE_URL")
    )
    base_url: str = Field("http://127.0.0.1:8000", description="Where people and Google reach this service.")
    secret_keys: list[str] = Field(
        default_factory=list, description="Fernet keys, newest first: the first encrypts, all decrypt."
    )
    web_only: bool = Field(False, description="On SQLite too, leave the background work to a separate worker.")
    worker_slot: str = Field("main", description="Stable name of this process among its peers.")
    log_level: str = "INFO"

    oauth_client_id: str = ""
    oauth_client_secret: str = ""
    oauth_auth_url: str = "https://accounts.google.com/o/oauth2/v2/auth"
    oauth_token_url: str = "https://oauth2.googleapis.com/token"
    oauth_revoke_url: str = "https://oauth2.googleapis.com/revoke"
    google_certs_url: str = "https://www.googleapis.com/oauth2/v1/certs"
    google_issuers: frozenset[str] = frozenset({"accounts.google.com", "https://accounts.google.com"})

    gmail_api_root: str = "https://gmail.googleapis.com"
    gmail_quota: Literal["2026", "classic", "none"] = Field(
        "2026", description="Limit and unit costs: '2026', 'classic' (before May 2026) or 'none' (an emulator)."
    )
    pubsub_topic: str = Field("", description="projects/…/topics/…; empty: Sidenote polls only.")
    push_service_account: str = ""
    push_audience: str = Field("", description="Audience of the push token; empty: the push endpoint's URL.")

    addon_service_account: str = ""
    addon_client_id: str = ""

    api_rate: float = Field(50, gt=0, description="REST requests per second of each API key, on average.")
    api_burst: int = Field(200, ge=1, description="REST requests that a key may make at once.")
    poll_seconds: int = Field(300, ge=1)
    backfill_query: str = Field("", description="Gmail search that limits the first import, e.g. newer_than:2y.")

    @field_validator("base_url")
    @classmethod
    def _base_url_is_public_https(cls, value: str) -> str:
        url = urlsplit(value)
        if url.scheme != "https" and url.hostname not in LOOPBACK:
            raise ValueError("base_url must start with https:// (http:// is for loopback only)")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _public_service_is_complete(self) -> "Settings":
        if self.is_loopback:
            return self
        required = ("secret_keys", "oauth_client_id", "addon_service_account", "addon_client_id")
        missing = [f"SIDENOTE_{name.upper()}" for name in required if not getattr(self, name)]
        if missing:
            raise ValueError(f"set {', '.join(missing)}: a public Sidenote does not start without")
        return self

    @property
    def is_loopback(self) -> bool:
        return urlsplit(self.base_url).hostname in LOOPBACK

    @property
    def push_url(self) -> str:
        return f"{self.base_url}/gmail/push"

    def keys(self) -> list[str]:
        """Keys for tokens and signatures; a loopback installation makes its own, beside the database."""
        return self.secret_keys or [_local_key(self.key_file)]

    @property
    def key_file(self) -> Path:
        """Where an installation without `secret_keys` keeps its own."""
        in_file = self.database_url.startswith("sqlite")
        return (Path(self.database_url.removeprefix("sqlite:///")).parent if in_file else Path()) / "sidenote.key"


def _local_key(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(Fernet.generate_key())
    return path.read_text().strip()


@cache
def get_settings() -> Settings:
    return Settings()
