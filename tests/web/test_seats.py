"""What a member may do, changed on the pages."""

from sqlmodel import Session

from app.core.database import transaction
from app.workspaces.access import Viewer, viewer_by_id
from app.workspaces.roles import role_names, roles
from tests.cast import Cast
from tests.web.site import Browser, Site, words


def role_id(session: Session, viewer: Viewer, name: str) -> str:
    return next(role.id for role in roles(session, viewer=viewer) if role.name == name)


def test_an_admin_changes_roles_team_manager_and_territory(site: Site, cast: Cast):
    alice, page = site.browser(cast.alice), f"/members/{cast.bob.member_id}"
    with transaction(site.context.engine) as session:
        rep, support = role_id(session, cast.alice, "Rep"), role_id(session, cast.alice, "Support")
    assert alice.post(f"{page}/team", on=page, name="Blue").headers["location"] == page
    assert '<option value="" selected' not in alice.get(page).text
    form = {"role": [rep, support], "manager": cast.carol.member_id, "territory": cast.south}
    assert alice.post(f"{page}/seat", on=page, **form).headers["location"] == "/members?done=saved"
    with transaction(site.context.engine) as session:
        bob, carol = (viewer_by_id(session, one.member_id) for one in (cast.bob, cast.carol))
        assert role_names(session, viewer=cast.alice)[bob.member_id] == ["Rep", "Support"]
        assert bob.access.territories == [cast.south]
        assert bob.member_id in carol.access.team
    assert "Rep, Support" in alice.text("/members")


def test_what_is_wrong_with_a_seat_is_said_on_its_page(site: Site, cast: Cast):
    alice, page = site.browser(cast.alice), f"/members/{cast.alice.member_id}"
    with transaction(site.context.engine) as session:
        rep = role_id(session, cast.alice, "Rep")
    last = alice.post(f"{page}/seat", on=page, role=rep)
    assert (last.status_code, "this is the last admin" in words(last)) == (409, True)
    none = alice.post(f"{page}/seat", on=page)
    assert (none.status_code, "choose one or several" in words(none)) == (422, True)


def test_a_seat_is_changed_by_nobody_else(site: Site, cast: Cast):
    page = f"/members/{cast.carol.member_id}"
    with transaction(site.context.engine) as session:
        admin = role_id(session, cast.alice, "Admin")
    bob, mallory = site.browser(cast.bob), site.browser(cast.mallory)
    assert bob.get(page).status_code == 403
    assert mallory.get(page).status_code == 404
    attempts: tuple[tuple[Browser, int], ...] = ((bob, 403), (mallory, 404))
    for browser, status in attempts:
        assert browser.post(f"{page}/seat", role=admin).status_code == status
        assert browser.post(f"{page}/team", name="Mine").status_code == status
    assert cast.carol.name not in bob.get("/members").text.partition('href="/members/')[2]
