import pytest

from app.core.freemail import is_freemail


@pytest.mark.parametrize("domain", ["gmail.com", "Dana@GMAIL.com", "<dana@mail.yahoo.co.uk>", "gmx.de", "outlook.com."])
def test_anyone_can_have_a_mailbox_there(domain: str):
    assert is_freemail(domain)


@pytest.mark.parametrize("domain", ["", "@", "com", "fairfield.example", "notgmail.com", "gmail.com.fairfield.example"])
def test_a_company_is_no_free_mail(domain: str):
    assert not is_freemail(domain)
