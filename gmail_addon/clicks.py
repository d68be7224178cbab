"""What happens on a click. See https://developers.google.com/workspace/add-ons/concepts/actions"""

from collections.abc import Mapping, Sequence
from typing import Any

from gmail_addon.card_types import Action, OnClick
from gmail_addon.errors import CardError, UnsafeUrl
from gmail_addon.site import SiteUrl
from gmail_addon.text import encodable, is_linkable

GMAIL_PREFIX = "https://mail.google.com/"


def action(
    function: SiteUrl,
    parameters: Mapping[str, str] | None = None,
    *,
    required: Sequence[str] = (),
    persist: bool = True,
    spinner: bool = True,
) -> Action:
    """A call of `function` with the form's values.

    `required` names the inputs that Gmail insists on being filled; check them again on arrival. `persist` keeps
    what was typed when the answer does not replace the form.
    """
    if not isinstance(function, SiteUrl):
        raise UnsafeUrl(f"a function must be a URL of ours, got {function!r}")
    made: dict[str, Any] = {"function": str(function)}
    if parameters:
        made["parameters"] = [_parameter(key, value) for key, value in parameters.items()]
    if required:
        made["requiredWidgets"] = list(required)
    made["loadIndicator"] = "SPINNER" if spinner else "NONE"
    made["persistValues"] = persist
    return Action(made)


def run(call: Action) -> OnClick:
    return OnClick({"action": call})


def open_link(url: str, *, overlay: bool = False, reload: bool = False) -> OnClick:
    """Open a page of ours, Gmail itself, a mailto or a tel link; `reload` draws the add-on anew when that closes.

    Gmail opens nothing else on a click, as the manifest's openLinkUrlPrefixes say; for other sites see text.link.
    """
    if not (is_linkable(url) and (isinstance(url, SiteUrl) or url.startswith((GMAIL_PREFIX, "mailto:", "tel:")))):
        raise UnsafeUrl(f"a click cannot open {url[:200]!r}")
    made = {"url": str(url), "openAs": "OVERLAY" if overlay else "FULL_SIZE"}
    if reload:
        made["onClose"] = "RELOAD"
    return OnClick({"openLink": made})


def _parameter(key: str, value: str) -> dict[str, str]:
    if not key or not isinstance(key, str) or not isinstance(value, str):
        raise CardError(f"parameters are strings with a name, got {key!r}: {type(value).__name__}")
    return {"key": encodable(key), "value": encodable(value)}
