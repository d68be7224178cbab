"""Who may do what on the pages, and how the pages defend themselves."""

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.core import dispatch
from app.core.database import transaction
from app.core.jobs import JobContext
from app.records.service import create_record
from app.workspaces.roles import roles
from models import Exclusion, Mailbox, Member, Record, Role, Workspace
from sync.workspace_changes import disconnect_leaver
from tests.cast import Cast
from tests.web.site import Browser, Site, words

HOSTILE = '<script>alert(1)</script><a href="//evil.example">x</a>'
PAGES = ("/", "/members", "/workspace")
POSTS = (
    "/signout",
    "/exclusions",
    "/exclusions/x/removal",
    "/mailboxes/x/disconnect",
    "/members/invitations",
    "/members/join-domains",
    "/members/x/removal",
    "/members/x/return",
    "/workspace/contact-policy",
    "/workspace/internal-domains",
)


@pytest.fixture
def alices(site: Site, cast: Cast) -> Browser:
    return site.browser(cast.alice)


@pytest.fixture
def bobs(site: Site, cast: Cast) -> Browser:
    return site.browser(cast.bob)


def workspace(site: Site, cast: Cast) -> Workspace:
    with transaction(site.context.engine) as session:
        found = session.get_one(Workspace, cast.workspace_id)
        session.expunge(found)
        return found


def role_id(session: Session, cast: Cast, name: str) -> str:
    return session.scalars(
        select(col(Role.id)).where(col(Role.workspace_id) == cast.workspace_id, col(Role.name) == name)
    ).one()


def test_every_form_needs_its_token(site: Site, cast: Cast):
    alices = site.browser(cast.alice)
    bobs_token = site.context.vault.sign("form", cast.bob.member_id, seconds=60)
    forms: list[dict[str, str]] = [{}, {"token": "forged.token"}, {"token": bobs_token}, {"token": "ü"}]
    answers = {(path, alices.client.post(path, data=form).status_code) for path in POSTS for form in forms}
    assert answers == {(path, 403) for path in POSTS}


def test_forms_of_strangers_lead_to_the_door(site: Site):
    for path in POSTS:
        answer = site.client.post(path, data={"token": "x"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_every_form_on_every_page_carries_one(site: Site, alices: Browser):
    alices.post("/exclusions", value="bank.example")
    for path in PAGES:
        page = alices.get(path).text
        assert page.count('name="token"') == page.count('method="post"') > 1


def test_pages_run_no_script_and_sit_in_no_frame(alices: Browser):
    for path in (*PAGES, "/nothing/here"):
        answer = alices.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "<script" not in answer.text
        assert " style=" not in answer.text


def test_hostile_names_are_shown_as_text(site: Site, cast: Cast, alices: Browser):
    with transaction(site.context.engine) as session:
        session.get_one(Member, cast.bob.member_id).name = HOSTILE
        session.get_one(Workspace, cast.workspace_id).name = HOSTILE
        session.scalars(
            select(Mailbox).where(col(Mailbox.member_id) == cast.alice.member_id)
        ).one().last_error = HOSTILE
    for path in PAGES:
        page = alices.get(path).text
        assert "&lt;script&gt;" in page
        assert "<script" not in page
        assert '//evil.example">' not in page


def test_what_a_person_typed_wrong_comes_back_escaped(alices: Browser):
    answer = alices.post("/exclusions", value=f'"{HOSTILE}')
    assert answer.status_code == 422
    assert "<script" not in answer.text
    assert "write an address such as" in words(answer)


def test_an_admin_invites_and_sees_who_is_waiting(alices: Browser, site: Site, cast: Cast):
    with transaction(site.context.engine) as session:
        role = role_id(session, cast, "Rep")
    answer = alices.post("/members/invitations", on="/members", email="Dora@Fairfield.example", role=role)
    assert "Invited" in alices.text(answer.headers["location"])
    assert "dora@fairfield.example" in alices.text("/members")


@pytest.mark.parametrize(
    ("form", "status", "reason"),
    [
        ({"email": "no address"}, 422, "email:"),
        ({"email": "dora@fairfield.example", "role": "x"}, 422, "roles:"),
        ({"email": "bob@fairfield.example"}, 409, "a member already"),
    ],
)
def test_a_wrong_invitation_says_what_is_wrong(
    alices: Browser, site: Site, cast: Cast, form: dict[str, str], status: int, reason: str
):
    with transaction(site.context.engine) as session:
        role = role_id(session, cast, "Rep")
    answer = alices.post("/members/invitations", on="/members", **({"role": role} | form))
    assert answer.status_code == status
    assert reason in words(answer)


def test_a_role_of_another_workspace_is_no_role_here(alices: Browser, site: Site, cast: Cast):
    with transaction(site.context.engine) as session:
        theirs = roles(session, viewer=cast.mallory)[0].id
    answer = alices.post("/members/invitations", on="/members", email="dora@fairfield.example", role=theirs)
    assert answer.status_code == 422


def test_a_rep_sees_the_rules_but_no_way_to_change_them(bobs: Browser):
    assert "Invite a colleague" not in bobs.text("/members")
    assert "Remove" not in bobs.text("/members")
    assert "People we wrote to." in bobs.text("/workspace")
    assert "An admin can change this." in bobs.text("/workspace")


def test_a_rep_who_posts_anyway_is_refused(bobs: Browser, site: Site, cast: Cast):
    before = site.events("")
    for path, form in (
        ("/members/invitations", {"email": "dora@fairfield.example"}),
        ("/members/join-domains", {"open": "on"}),
        (f"/members/{cast.carol.member_id}/removal", {}),
        (f"/members/{cast.carol.member_id}/return", {}),
        ("/workspace/contact-policy", {"policy": "none"}),
        ("/workspace/internal-domains", {"domains": "fairfield.example"}),
        ("/exclusions", {"value": "spam.example", "everyone": "on"}),
    ):
        assert bobs.post(path, **form).status_code == 403
    assert site.events("") == before


def test_an_admin_removes_only_their_own_members_and_not_themselves(alices: Browser, cast: Cast):
    assert alices.post(f"/members/{cast.mallory.member_id}/removal").status_code == 404
    assert alices.post(f"/members/{cast.alice.member_id}/removal").status_code == 409
    assert alices.post("/members/%00/removal").status_code in (404, 422)


def test_a_removed_member_can_come_back(alices: Browser, bobs: Browser, cast: Cast):
    alices.post(f"/members/{cast.bob.member_id}/removal")
    assert "Removed" in alices.text("/members")
    assert bobs.get("/members").status_code == 303
    again = alices.post("/members/invitations", on="/members", email=cast.bob.email)
    assert again.status_code in (409, 422)
    alices.post(f"/members/{cast.bob.member_id}/return")
    assert "Bob Berg" in bobs.text("/members")


def test_a_removed_members_work_is_handed_over(alices: Browser, site: Site, cast: Cast):
    with transaction(site.context.engine) as session:
        values = {"name": "Dana Diaz"}
        here = {"workspace_id": cast.workspace_id, "kind": "contact"}
        dana = create_record(session, **here, values=values, viewer=cast.bob).id
    removal = f"/members/{cast.bob.member_id}/removal"
    refused = alices.post(removal, on="/members")
    assert (refused.status_code, "still holds Contacts · Owner (1)" in words(refused)) == (409, True)
    assert "Hand over to" in alices.text("/members")
    assert alices.post(removal, on="/members", heir=cast.carol.member_id).status_code == 303
    with transaction(site.context.engine) as session:
        assert session.get_one(Record, dana).owner_id == cast.carol.member_id


def test_mail_of_removed_members_is_no_longer_read(alices: Browser, site: Site, cast: Cast):
    mailbox_id = cast.mailboxes[cast.bob.member_id]
    with transaction(site.context.engine) as session:
        grant = site.emulator.grant(cast.bob.email, ["https://www.googleapis.com/auth/gmail.readonly"])
        session.get_one(Mailbox, mailbox_id).grant = site.context.vault.encrypt(grant)
    alices.post(f"/members/{cast.bob.member_id}/removal")
    dispatch.drain(site.context.engine)
    disconnect_leaver(JobContext(site.context.settings, site.context.engine), mailbox_id)
    with transaction(site.context.engine) as session:
        assert session.get_one(Mailbox, mailbox_id).state == "disabled"
    assert site.emulator.tokens.find_grant(grant) is None


def test_the_domain_is_opened_and_closed(alices: Browser, site: Site, cast: Cast):
    alices.post("/members/join-domains", on="/members", open="on")
    assert workspace(site, cast).join_domains == ["fairfield.example"]
    alices.post("/members/join-domains", on="/members")
    assert workspace(site, cast).join_domains == []
    assert site.events("workspace.changed") == ["workspace.changed"] * 2


def test_a_free_mail_domain_is_never_opened(site: Site, cast: Cast, alices: Browser):
    with transaction(site.context.engine) as session:
        session.get_one(Member, cast.alice.member_id).email = "alice@gmail.com"
    assert "by invitation only" in alices.text("/members")
    answer = alices.post("/members/join-domains", on="/members", open="on")
    assert answer.status_code == 422
    assert workspace(site, cast).join_domains == []


def test_a_domain_that_does_not_manage_the_admins_account_is_not_opened(site: Site, cast: Cast, alices: Browser):
    with transaction(site.context.engine) as session:
        session.get_one(Member, cast.alice.member_id).hosted_domain = None
    assert "does not manage your Google account" in alices.text("/members")
    answer = alices.post("/members/join-domains", on="/members", open="on")
    assert answer.status_code == 422
    assert "can only be opened by an admin whose Google account it manages" in words(answer)
    assert workspace(site, cast).join_domains == []


def test_the_contact_policy_is_chosen_from_a_list(alices: Browser, site: Site, cast: Cast):
    answer = alices.post("/workspace/contact-policy", on="/workspace", policy="sent_and_received")
    assert "Saved." in alices.text(answer.headers["location"])
    assert workspace(site, cast).contact_policy == "sent_and_received"
    assert alices.post("/workspace/contact-policy", on="/workspace", policy="all").status_code == 422


def test_own_domains_are_set_in_one_line(alices: Browser, site: Site, cast: Cast):
    alices.post("/workspace/internal-domains", on="/workspace", domains="Fairfield.example, @fairfield.co.uk")
    assert workspace(site, cast).internal_domains == ["fairfield.co.uk", "fairfield.example"]
    assert "fairfield.co.uk, fairfield.example" in alices.get("/workspace").text
    for wrong in ("gmail.com", "no domain", "x" * 3000):
        assert alices.post("/workspace/internal-domains", on="/workspace", domains=wrong).status_code == 422


def test_saving_what_holds_already_changes_nothing(alices: Browser, site: Site):
    alices.post("/workspace/contact-policy", on="/workspace", policy="sent")
    assert site.events("workspace.changed") == []


def test_exclusions_come_and_go(alices: Browser, bobs: Browser, site: Site):
    alices.post("/exclusions", value="doctor@clinic.example")
    alices.post("/exclusions", value="@bank.example", everyone="on")
    assert "doctor@clinic.example for you" in alices.text("/")
    assert "bank.example for everyone" in bobs.text("/")
    assert "clinic" not in bobs.text("/")
    ids = exclusion_ids(site)
    assert bobs.post(f"/exclusions/{ids['bank.example']}/removal").status_code == 403
    assert bobs.post(f"/exclusions/{ids['doctor@clinic.example']}/removal").status_code == 404
    for _ in range(2):
        for id in ids.values():
            assert alices.post(f"/exclusions/{id}/removal").status_code == 303
    assert "clinic" not in alices.text("/") + bobs.text("/")
    assert site.events("exclusion.") == ["exclusion.added"] * 2 + ["exclusion.removed"] * 2


def exclusion_ids(site: Site) -> dict[str, str]:
    with transaction(site.context.engine) as session:
        return {row.value: row.id for row in session.scalars(select(Exclusion))}


def test_a_stranger_lifts_nothing(site: Site, cast: Cast, alices: Browser):
    alices.post("/exclusions", value="bank.example", everyone="on")
    id = exclusion_ids(site)["bank.example"]
    site.browser(cast.mallory).post(f"/exclusions/{id}/removal")
    assert exclusion_ids(site) == {"bank.example": id}
