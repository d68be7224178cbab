"""The manifest: the HTTP form, complete for what the add-on does, and nothing that Google would refuse."""

import json
import re
import tarfile
from typing import Any

import pytest

from gmail_addon.errors import InvalidBaseUrl, UnsafeUrl
from gmail_addon.manifest import manifest
from gmail_addon.site import ACTION_PATH, COMPOSE_PATH, HOME_PATH, MESSAGE_PATH, SETTINGS_PATH, Site, SiteUrl
from tests.addon.published_schemas import DATA, published_problems

BASE = "https://crm.example.com/sidenote"


def test_the_manifest_is_as_documented() -> None:
    """https://developers.google.com/workspace/add-ons/concepts/workspace-manifests"""
    auth = "https://www.googleapis.com/auth/"
    assert manifest(BASE) == {
        "oauthScopes": [
            "openid",
            f"{auth}gmail.addons.execute",
            f"{auth}gmail.addons.current.message.metadata",
            f"{auth}gmail.addons.current.action.compose",
            f"{auth}userinfo.email",
            f"{auth}script.locale",
        ],
        "addOns": {
            "common": {
                "name": "Sidenote",
                "logoUrl": f"{BASE}/static/logo.png",
                "layoutProperties": {"primaryColor": "#0b6b5d"},
                "useLocaleFromApp": True,
                "homepageTrigger": {"runFunction": f"{BASE}/addon/gmail/home", "enabled": True},
                "openLinkUrlPrefixes": [f"{BASE}/", "https://mail.google.com/"],
                "universalActions": [{"label": "Settings", "runFunction": f"{BASE}/addon/gmail/settings"}],
            },
            "gmail": {
                "contextualTriggers": [{"unconditional": {}, "onTriggerFunction": f"{BASE}/addon/gmail/message"}],
                "composeTrigger": {
                    "actions": [{"label": "Sidenote", "runFunction": f"{BASE}/addon/gmail/compose"}],
                    "draftAccess": "METADATA",
                },
            },
            "httpOptions": {"authorizationHeader": "SYSTEM_ID_TOKEN", "granularOauthPermissionSupport": "OPT_IN"},
        },
    }


def test_functions_are_the_urls_that_tokens_are_made_for() -> None:
    site = Site(BASE)
    made = manifest(BASE)["addOns"]
    assert made["common"]["homepageTrigger"]["runFunction"] == site.home == BASE + HOME_PATH
    assert made["gmail"]["contextualTriggers"][0]["onTriggerFunction"] == site.message == BASE + MESSAGE_PATH
    assert made["gmail"]["composeTrigger"]["actions"][0]["runFunction"] == site.compose == BASE + COMPOSE_PATH
    assert made["common"]["universalActions"][0]["runFunction"] == site.settings == BASE + SETTINGS_PATH
    assert site.action == BASE + ACTION_PATH


def test_the_name_can_be_changed() -> None:
    assert manifest(BASE, name='Acme "CRM"')["addOns"]["common"]["name"] == 'Acme "CRM"'


def test_it_agrees_with_the_published_schema() -> None:
    assert published_problems(manifest(BASE), "Deployment") == []


@pytest.mark.skipif(not DATA.exists(), reason=f"no real manifests in {DATA}")
def test_its_keys_are_those_of_real_manifests() -> None:
    with tarfile.open(DATA / "manifests.tar.gz") as files:
        real = [json.load(files.extractfile(name)) for name in files if name.name.endswith(".json")]  # type: ignore[arg-type]
    known = set().union(*map(_key_paths, real))
    compose = "addOns.gmail.composeTrigger.actions"
    http_only = {"addOns.httpOptions.authorizationHeader", "addOns.common.useLocaleFromApp"}
    http_only |= {"addOns.common.universalActions.runFunction"}
    http_only |= {compose, f"{compose}.label", f"{compose}.runFunction"}
    assert _key_paths(manifest(BASE)) <= known | http_only


@pytest.mark.parametrize(
    "base_url",
    [
        "http://crm.example.com", "https://crm.example.com/", "https://crm.example.com?x=1", "https://crm.example.com#x",
        "https://", "crm.example.com", "", "ftp://crm.example.com", "https://user@crm.example.com",
        'https://crm.example.com"', "https://crm.example.com/a b", "https://crm.example.com/../x", "https://crm.example.com//x",
        "http://localhost.evil.example", "https://exämple.com", "https://CRM.example.com", "https://crm.example.com\n",
    ],
)  # fmt: skip
def test_a_base_url_that_google_could_not_call_is_refused(base_url: str) -> None:
    with pytest.raises(InvalidBaseUrl) as refused:
        manifest(base_url)
    assert refused.value.field == "base_url"


@pytest.mark.parametrize(
    "base_url", ["http://127.0.0.1:8000", "http://localhost:1", "http://[::1]:8000", "https://a.example:8443"]
)
def test_loopback_may_do_without_tls(base_url: str) -> None:
    assert Site(base_url).home == f"{base_url}/addon/gmail/home"


def test_urls_are_encoded_and_stay_under_the_base() -> None:
    url = Site(BASE).url("/records/ä b", q="x&y=1#z")
    assert isinstance(url, SiteUrl)
    assert url == f"{BASE}/records/%C3%A4%20b?q=x%26y%3D1%23z"
    for path in ("records", "//evil.example", "/a/../../b", "@evil.example"):
        with pytest.raises(UnsafeUrl):
            Site(BASE).url(path)


def _key_paths(value: Any, path: str = "") -> set[str]:
    if isinstance(value, list):
        return set().union(*(_key_paths(part, path) for part in value))
    if not isinstance(value, dict):
        return {re.sub(r"^\.", "", path)}
    return {re.sub(r"^\.", "", path)}.union(*(_key_paths(part, f"{path}.{key}") for key, part in value.items()))
