"""A person in front of Google's consent page."""

from urllib.parse import parse_qs, urlsplit

import httpx

HIDDEN = 'name="request" value="'
TICKED = 'name="scope" value="'


def consent(url: str, *, account: str, decline: str = "", decision: str = "allow") -> dict[str, str]:
    """Open Google's page, choose the account, untick scopes that contain `decline`, decide.

    Returns what Google's redirect hands back: `state`, and `code` or `error`.
    """
    with httpx.Client() as browser:
        page = browser.get(url).raise_for_status().text
        request = page.split(HIDDEN)[1].split('"')[0]
        scopes = [part.split('"')[0] for part in page.split(TICKED)[1:]]
        granted = [scope for scope in scopes if not decline or decline not in scope]
        parts = urlsplit(url)
        callback = f"{parts.scheme}://{parts.netloc}{parts.path}/callback"
        form = {"request": request, "account": account, "scope": granted, "decision": decision}
        redirect = browser.post(callback, data=form)
    answer = parse_qs(urlsplit(redirect.headers["location"]).query)
    return {name: answer[name][0] for name in ("state", "code", "error") if name in answer}
