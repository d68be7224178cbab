from urllib.parse import parse_qs, urlsplit

from sqlalchemy import func, select
from sqlmodel import col

from app.core.database import transaction
from app.workspaces.access import viewer_by_id, viewer_by_sub
from app.workspaces.invitations import invite
from app.workspaces.policy import set_join_domains
from app.workspaces.roles import role_names, roles
from models import FieldDef, Folder, Invitation, Member, Stage, Workspace
from sync.emulator.identity import subject_id
from tests.web.site import Browser, Site, words

ALICE, BOB = "alice@fairfield.example", "bob@fairfield.example"
MALLORY, DANA = "mallory@elsewhere.example", "dana@gmail.com"


def member(site: Site, address: str) -> Member:
    with transaction(site.context.engine) as session:
        found = session.scalars(select(Member).where(col(Member.email) == address)).one()
        session.expunge(found)
        return found


def invite_as(site: Site, host: str, guest: str) -> None:
    with transaction(site.context.engine) as session:
        viewer = viewer_by_sub(session, subject_id(host))
        assert viewer
        rep = next(role for role in roles(session, viewer=viewer) if role.name == "Rep")
        invite(session, viewer=viewer, email=guest, role_ids=[rep.id])


def test_a_stranger_is_shown_the_way_in(site: Site):
    answer = site.browser().get("/")
    assert answer.status_code == 200
    assert 'href="/signin"' in answer.text
    assert "Sign out" not in answer.text


def test_the_first_sign_in_founds_a_workspace_laid_out_for_selling(site: Site):
    answer = site.browser().sign_in(ALICE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    with transaction(site.context.engine) as session:
        workspace = session.scalars(select(Workspace)).one()
        assert (workspace.name, workspace.internal_domains) == ("Alice Fairfield's workspace", ["fairfield.example"])
        folders = session.scalars(select(col(Folder.name)).order_by(col(Folder.position))).all()
        assert folders == ["Companies", "Contacts", "Leads", "Deals", "Tickets", "Quotes", "Products"]
        stages = session.execute(
            select(col(Stage.name), col(Stage.probability), col(Stage.outcome)).order_by(col(Stage.position))
        )
        assert [tuple(stage) for stage in stages] == [
            ("Prospecting", 10, "open"),
            ("Qualification", 20, "open"),
            ("Needs assessment", 35, "open"),
            ("Proposal", 50, "open"),
            ("Negotiation", 75, "open"),
            ("Won", 100, "won"),
            ("Lost", 0, "lost"),
        ]
        required = select(func.count()).select_from(FieldDef).where(col(FieldDef.required))
        assert session.scalar(required) == len(folders)
    assert site.events("workspace.") == ["workspace.created"]
    assert site.events("member.") == ["member.joined"]


def test_google_is_asked_with_pkce_for_no_more_than_identity(site: Site):
    asked = parse_qs(urlsplit(site.browser().to_google()).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{site.url}/oauth/callback"]
    assert "gmail" not in asked["scope"][0]
    assert asked["access_type"] == ["online"]


def test_signing_in_again_enters_the_same_seat(site: Site):
    site.browser().sign_in(ALICE)
    again = site.browser()
    again.sign_in(ALICE)
    assert "Your mailboxes" in again.text("/")
    assert site.events("member.") == ["member.joined"]


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Site):
    cookie = next(
        value for value in site.browser().sign_in(ALICE).headers.get_list("set-cookie") if "sidenote_session" in value
    )
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie, "loopback has no TLS"


def test_a_forged_session_is_nobodys(site: Site):
    for forged in ("", "x", "a.b", "é.ü", "W10.AAAA"):
        cookie = {"Cookie": f"sidenote_session={forged}".encode()}
        assert 'href="/signin"' in site.client.get("/", headers=cookie).text
        refused = site.client.get("/members", headers=cookie)
        assert (refused.status_code, refused.headers["location"]) == (303, "/")


def test_a_state_works_once(site: Site):
    browser = site.browser()
    back = browser.consent(browser.to_google(), ALICE)
    kept = dict(browser.client.cookies)
    assert browser.get(back).status_code == 303
    browser.client.cookies.update(kept)
    again = browser.get(back)
    assert again.status_code == 409
    assert "already completed" in words(again)


def test_a_sign_in_begun_in_another_browser_is_refused(site: Site):
    mallorys = site.browser()
    back = mallorys.consent(mallorys.to_google(), MALLORY)
    victim = site.browser()
    assert victim.get(back).status_code == 400
    assert "sidenote_session" not in victim.client.cookies
    assert site.events("member.") == []


def test_forged_and_expired_states_are_refused(site: Site):
    browser = site.browser()
    browser.to_google()
    assert browser.get("/oauth/callback?state=forged&code=x").status_code == 400
    expired = site.context.vault.sign("oauth", {"nonce": "n"}, seconds=-1)
    assert browser.get(f"/oauth/callback?state={expired}&code=x").status_code == 400
    assert browser.get("/oauth/callback").status_code == 400


def test_saying_no_at_google_is_told_in_words(site: Site):
    answer = site.browser().sign_in(ALICE, decision="deny")
    assert answer.status_code == 403
    assert "access_denied" in words(answer)
    assert site.events("") == []


def test_an_invited_colleague_joins_on_their_first_sign_in(site: Site):
    site.browser().sign_in(ALICE)
    invite_as(site, ALICE, BOB)
    site.browser().sign_in(BOB)
    alice, bob = member(site, ALICE), member(site, BOB)
    assert bob.workspace_id == alice.workspace_id
    with transaction(site.context.engine) as session:
        assert role_names(session, viewer=viewer_by_id(session, bob.id))[bob.id] == ["Rep"]
        assert session.scalars(select(Invitation)).one().accepted_at is not None


def test_an_invitation_by_a_stranger_is_asked_about_first(site: Site):
    site.browser().sign_in(MALLORY)
    invite_as(site, MALLORY, BOB)
    bobs = site.browser()
    asked = bobs.sign_in(BOB)
    assert asked.status_code == 200
    assert "Mallory Marsh's workspace" in words(asked)
    assert "mallory@elsewhere.example" in words(asked)
    assert "sidenote_session" not in bobs.client.cookies
    assert site.events("member.joined") == ["member.joined"]


def answers(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('href="')[1:] if "choice=" in part.split('"')[0]]


def test_a_stranger_s_invitation_can_be_taken_or_left(site: Site):
    site.browser().sign_in(MALLORY)
    for address in (BOB, DANA):
        invite_as(site, MALLORY, address)
    for address, which in ((BOB, 0), (DANA, -1)):
        browser = site.browser()
        path = answers(browser.sign_in(address).text)[which]
        assert browser.sign_in(address, path=path).status_code == 303
    host = member(site, MALLORY).workspace_id
    assert member(site, BOB).workspace_id == host
    assert member(site, DANA).workspace_id != host


def test_one_persons_answer_does_not_count_for_another(site: Site):
    site.browser().sign_in(MALLORY)
    invite_as(site, MALLORY, BOB)
    invite_as(site, MALLORY, DANA)
    danas = site.browser()
    path = answers(danas.sign_in(DANA).text)[0]
    assert "You are invited" in words(site.browser().sign_in(BOB, path=path))


def test_colleagues_join_by_domain_once_an_admin_allows_it(site: Site):
    site.browser().sign_in(ALICE)
    with transaction(site.context.engine) as session:
        alice = viewer_by_sub(session, subject_id(ALICE))
        assert alice
        set_join_domains(session, viewer=alice, domains=["fairfield.example"])
    for address in (BOB, MALLORY):
        site.browser().sign_in(address)
    home = member(site, ALICE).workspace_id
    assert member(site, BOB).workspace_id == home
    assert member(site, MALLORY).workspace_id != home


def test_a_stranger_founds_her_own_workspace_and_sees_nothing_of_the_other(site: Site):
    site.browser().sign_in(ALICE)
    mallory = site.browser()
    mallory.sign_in(MALLORY)
    text = mallory.text("/members") + mallory.text("/") + mallory.text("/workspace")
    assert "Mallory Marsh" in text
    assert "Alice" not in text
    assert "fairfield" not in text


def test_a_removed_member_is_out_at_once_and_for_good(site: Site):
    alices = site.browser()
    alices.sign_in(ALICE)
    invite_as(site, ALICE, BOB)
    bobs: Browser = site.browser()
    bobs.sign_in(BOB)
    alices.post(f"/members/{member(site, BOB).id}/removal", on="/members")
    assert bobs.get("/members").headers["location"] == "/"
    refused = bobs.sign_in(BOB)
    assert refused.status_code == 403
    assert "removed from its workspace" in words(refused)
    assert site.events("member.")[-1] == "member.removed"


def test_signing_out_forgets_the_browser(site: Site):
    browser = site.browser()
    browser.sign_in(ALICE)
    assert browser.client.post("/signout").status_code == 403, "no token"
    assert browser.post("/signout").status_code == 303
    assert 'href="/signin"' in browser.get("/").text
