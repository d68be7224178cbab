"""The event that Gmail posts. See https://developers.google.com/workspace/add-ons/concepts/event-objects

Google adds and drops parts of it over time, so everything is optional and the unknown is ignored; only what is
there and of the wrong type is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, ValidationError

from gmail_addon.errors import EventTooLarge, InvalidEvent
from gmail_addon.forms import Form, Inputs, shown_fields
from gmail_addon.gmail_ids import GmailId, gmail_id

MAX_EVENT_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Event:
    """One event. Tokens stay out of its repr; `authorized_scopes` is None if Google did not say."""

    host_app: str | None
    platform: str | None
    locale: str | None
    zone: ZoneInfo | None
    parameters: Mapping[str, str]
    form: Form = field(repr=False)
    message: GmailId | None
    thread: GmailId | None
    is_compose: bool
    """Whether it tells the recipients of a draft, be they none."""
    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    authorized_scopes: frozenset[str] | None
    user_access_token: str | None = field(repr=False)
    user_id_token: str | None = field(repr=False)
    system_id_token: str | None = field(repr=False)
    message_access_token: str | None = field(repr=False)

    def may(self, scope: str) -> bool:
        """Whether the person granted the scope; an unknown grant counts, lest we ask again and again."""
        return self.authorized_scopes is None or scope in self.authorized_scopes


def parse_event(body: bytes) -> Event:
    """Raises InvalidEvent, naming the field, or EventTooLarge."""
    if len(body) > MAX_EVENT_BYTES:
        raise EventTooLarge(f"an event may have {MAX_EVENT_BYTES} bytes, this one has {len(body)}")
    try:
        wire = _WireEvent.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        path = ".".join(str(step) for step in first["loc"])
        raise InvalidEvent(f"{path or 'body'}: {first['msg']}", field=path or None) from None
    return _event(wire)


def _event(wire: "_WireEvent") -> Event:
    common = wire.common or _CommonEvent()
    authorization = wire.authorization or _Authorization()
    gmail = wire.gmail or _Gmail()
    parameters = common.parameters or {}
    scopes = authorization.authorized_scopes
    return Event(
        host_app=common.host_app,
        platform=common.platform,
        locale=common.user_locale,
        zone=_zone(common.time_zone.id) if common.time_zone else None,
        parameters=parameters,
        form=Form(common.form_inputs or {}, shown_fields(parameters)),
        message=gmail_id(gmail.message_id) if gmail.message_id else None,
        thread=gmail_id(gmail.thread_id) if gmail.thread_id else None,
        is_compose=any(given is not None for given in (gmail.to, gmail.cc, gmail.bcc)),
        to=tuple(gmail.to or ()),
        cc=tuple(gmail.cc or ()),
        bcc=tuple(gmail.bcc or ()),
        authorized_scopes=None if scopes is None else frozenset(scopes),
        user_access_token=authorization.user_access_token,
        user_id_token=authorization.user_id_token,
        system_id_token=authorization.system_id_token,
        message_access_token=gmail.access_token,
    )


def _zone(name: str | None) -> ZoneInfo | None:
    """None for a name that this machine's time zone database does not have."""
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, LookupError, OSError):
        return None


class _TimeZone(BaseModel):
    id: str | None = None


class _CommonEvent(BaseModel):
    host_app: str | None = Field(None, alias="hostApp")
    platform: str | None = None
    user_locale: str | None = Field(None, alias="userLocale")
    time_zone: _TimeZone | None = Field(None, alias="timeZone")
    parameters: dict[str, str] | None = None
    form_inputs: dict[str, Inputs] | None = Field(None, alias="formInputs")


class _Authorization(BaseModel):
    user_access_token: str | None = Field(None, alias="userOAuthToken")
    user_id_token: str | None = Field(None, alias="userIdToken")
    system_id_token: str | None = Field(None, alias="systemIdToken")
    authorized_scopes: list[str] | None = Field(None, alias="authorizedScopes")


class _Gmail(BaseModel):
    message_id: str | None = Field(None, alias="messageId")
    thread_id: str | None = Field(None, alias="threadId")
    access_token: str | None = Field(None, alias="accessToken")
    to: list[str] | None = Field(None, alias="toRecipients")
    cc: list[str] | None = Field(None, alias="ccRecipients")
    bcc: list[str] | None = Field(None, alias="bccRecipients")


class _WireEvent(BaseModel):
    common: _CommonEvent | None = Field(None, alias="commonEventObject")
    authorization: _Authorization | None = Field(None, alias="authorizationEventObject")
    gmail: _Gmail | None = None
