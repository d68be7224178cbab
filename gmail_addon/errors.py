"""What can go wrong between Gmail and the add-on."""

from app.core.errors import SidenoteError


class InvalidBaseUrl(SidenoteError):
    status = 422
    code = "invalid_base_url"


class InvalidEvent(SidenoteError):
    """The request is no event of the add-on platform; `field` is the path inside it."""

    status = 400
    code = "invalid_event"


class EventTooLarge(SidenoteError):
    status = 413
    code = "event_too_large"


class CardError(SidenoteError):
    """A card or response that Gmail would refuse or cut: our own mistake, found before it is sent."""

    code = "invalid_card"


class UnsafeUrl(CardError):
    """A link, image or function whose URL Gmail would not open, or that we do not trust."""

    code = "unsafe_url"


class CardTooLarge(CardError):
    code = "card_too_large"
