"""The add-on's manifest for an HTTP deployment, from appsscript.json at the root of the repository."""

import json
from pathlib import Path
from typing import Any

from gmail_addon.site import Site

PLACEHOLDER = "https://BASE"

_TEMPLATE = Path(__file__).parent.parent / "appsscript.json"


def manifest(base_url: str, *, name: str | None = None) -> dict[str, Any]:
    """What `gcloud workspace-add-ons deployments create --deployment-file` takes; `name` is the add-on's title.

    Raises InvalidBaseUrl. See https://developers.google.com/workspace/add-ons/concepts/workspace-manifests
    """
    site = Site(base_url)
    filled: dict[str, Any] = json.loads(_TEMPLATE.read_text().replace(PLACEHOLDER, site.base_url))
    if name is not None:
        filled["addOns"]["common"]["name"] = name
    return filled
