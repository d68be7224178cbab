"""What sort of thing answers at an address: a machine, a desk shared by many, a mailing list, or a person."""

import re
from functools import cache
from pathlib import Path

from app.core.words import words_in
from app.records.keys import email_key

_NO_REPLY = re.compile(
    r"(?:^|[._+\-])(?:no|not|dont|do[._\-]?not|never)[._\-]?(?:reply|respond|answer)"
    r"|^(?:mailer-daemon|mailerdaemon|postmaster|bounces?|null|devnull|unsubscribe|nobody)(?:$|[._+\-=])"
    r"|^(?:notifications?|notify|alerts?|automated|auto-?confirm|mailer|robot|bot|daemon)(?:$|[._+\-])"
    r"|^prvs=|^srs[01]="
)
_LIST = re.compile(
    r"^(?:owner|list|lists)-|-(?:owner|request|bounces?|admin|subscribe|unsubscribe|list|l)$|^(?:majordomo|listserv)$"
)
_LIST_HOST = re.compile(r"@(?:lists?|mailman|groups?|listserv)\.|@(?:googlegroups\.com|(?:.*\.)?groups\.io)$")


def is_person(address: str) -> bool:
    """One human being may be expected behind this address; whether it is valid is another question."""
    return not is_no_reply(address) and not is_group(address)


def is_no_reply(address: str) -> bool:
    """Nobody reads what is sent there: no-reply senders, mailer daemons, bounce and notification addresses."""
    return _NO_REPLY.search(_local(address)) is not None


def is_group(address: str) -> bool:
    """A role (`sales@`), a mailing list or its machinery, rather than one person."""
    key, local = email_key(address), _local(address)
    return local in _roles() or _LIST.search(local) is not None or _LIST_HOST.search(key) is not None


@cache
def _roles() -> frozenset[str]:
    return words_in(Path(__file__).with_name("role_addresses.txt"))


def _local(address: str) -> str:
    return email_key(address).rpartition("@")[0]
