"""Settings: privacy, what is never logged, who becomes a contact, and the language."""

from datetime import UTC, datetime, time, timedelta

from sqlmodel import Session

from app.core.database import confine, transaction
from app.core.errors import InvalidInput, NotFound
from app.workspaces.languages import LANGUAGES, set_language
from app.workspaces.policy import set_contact_policy
from gmail_addon.actions.registry import Done, shows, writes
from gmail_addon.language import language_for, speak
from gmail_addon.layouts.places import card_at
from gmail_addon.layouts.settings.card import FOLLOW_GMAIL, LANGUAGE, LIFTED, POLICY, SETTINGS, settings_card
from gmail_addon.layouts.settings.mailbox import PRIVATE, TOMORROW
from gmail_addon.layouts.settings.never import NEVER
from gmail_addon.lookup import Opened
from gmail_addon.parameters import id_parameter, parameter
from gmail_addon.responses import Navigation, Response, push, render_action, update
from gmail_addon.visit import Visit
from gmail_addon.wording import t
from models import Exclusion
from sync.by_hand import exclude
from sync.exclusions import lift
from sync.pausing import pause_logging, resume_logging
from sync.privacy import set_private_default

HERE = f"{SETTINGS}:"
MINE, EVERYBODY = "mine", "everybody"


@shows("settings")
def open_settings(visit: Visit) -> Response:
    return render_action(push(card_at(visit, HERE)))


def _wants_privacy(visit: Visit) -> str:
    on = bool(visit.event.form.choices(f"{PRIVATE}.{id_parameter(visit, 'mailbox')}"))
    return "private" if on else "open"


@writes("set_private_default", choice=_wants_privacy)
def set_privacy(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    private = _wants_privacy(visit) == "private"
    set_private_default(session, viewer=visit.viewer, mailbox_id=id_parameter(visit, "mailbox"), private=private)
    return Done(t("New mail of yours is private") if private else t("Colleagues can read new mail"), at=HERE)


@writes("pause_logging")
def pause(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    """Until tomorrow where the person is, or until they go on."""
    until = _tomorrow(visit) if parameter(visit, "until") == TOMORROW else None
    pause_logging(session, viewer=visit.viewer, mailbox_id=id_parameter(visit, "mailbox"), until=until)
    return Done(t("New mail stays out until tomorrow") if until else t("New mail stays out until you go on"), at=HERE)


def _tomorrow(visit: Visit) -> datetime:
    day = visit.now.astimezone(visit.zone).date() + timedelta(days=1)
    return datetime.combine(day, time(), visit.zone).astimezone(UTC)


@writes("resume_logging")
def resume(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    resume_logging(session, viewer=visit.viewer, mailbox_id=id_parameter(visit, "mailbox"))
    return Done(t("New mail is logged again"), at=HERE)


def _policy(visit: Visit) -> str:
    return visit.event.form.choice(POLICY) or ""


@writes("set_contact_policy", choice=_policy)
def set_policy(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    set_contact_policy(session, viewer=visit.viewer, policy=_policy(visit))
    return Done(t("Saved for everybody"), at=HERE)


def _language(visit: Visit) -> str:
    return visit.event.form.choice(LANGUAGE) or ""


@writes("set_language", choice=_language)
def choose_language(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    """The answer is in the new language already."""
    chosen = _language(visit)
    if not chosen:
        raise InvalidInput(t("Language: choose one from the list."), field=LANGUAGE)
    language = "" if chosen == FOLLOW_GMAIL else chosen
    set_language(session, viewer=visit.viewer, language=language)
    speak(language_for(language, visit.event.locale or visit.viewer.locale))
    return Done(t("Language: {language}", language=LANGUAGES.get(chosen) or t("Same as Gmail")), at=HERE)


def _again(visit: Visit, error: InvalidInput) -> Navigation:
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        typed = visit.event.form.text(NEVER) or ""
        return update(settings_card(session, visit.standing(HERE), typed=typed, error=error))


@writes("keep_out", again=_again)
def keep_out(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    value = (visit.event.form.text(NEVER) or "").strip()
    _keep_out(session, visit, value, everybody=False)
    return Done(t("Never logged from now on: {value}", value=value), at=HERE)


@writes("never_again")
def never_again(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    """What was let in by mistake is kept out as before."""
    value = parameter(visit, "value")
    _keep_out(session, visit, value, everybody=parameter(visit, "scope") == EVERYBODY)
    return Done(t("Never logged, as before: {value}", value=value), at=HERE)


@writes("log_again")
def log_again(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    exclusion = session.get(Exclusion, id_parameter(visit, "id"))
    if exclusion is None or exclusion.workspace_id != visit.viewer.workspace_id:
        raise NotFound(t("This is logged again already: refresh the card."))
    value, scope = exclusion.value, MINE if exclusion.member_id else EVERYBODY
    lift(session, viewer=visit.viewer, exclusion_id=exclusion.id)
    return Done(t("Logged again: {value}", value=value), at=f"{LIFTED}:{scope} {value}")


def _keep_out(session: Session, visit: Visit, value: str, *, everybody: bool) -> None:
    kind = "address" if "@" in value.strip("@") else "domain"
    exclude(session, viewer=visit.viewer, kind=kind, value=value, workspace_wide=everybody)
