"""What DNS says of the domains that mail is sent from, for those who receive it.

SPF is RFC 7208, DKIM RFC 6376, DMARC RFC 7489. Google signs with the selector `google` unless an admin chose another:
https://support.google.com/a/answer/174124.
"""

from collections.abc import Callable, Iterator

import dns.exception
import dns.resolver
from sqlmodel import col, select

from app.cli.doctor.findings import Finding, ok, problem, warning
from app.core.context import Context
from app.core.database import transaction
from app.core.freemail import is_freemail
from app.records.keys import domain_of
from models import Mailbox

PATIENCE_SECONDS = 4.0
DNS_PORT = 53
SPF_FIX = 'Publish the TXT record "v=spf1 include:_spf.google.com ~all".'
DMARC_FIX = 'Publish at _dmarc.{domain} the TXT record "v=DMARC1; p=quarantine; rua=mailto:postmaster@{domain}".'

Ask = Callable[[str], list[str]]


def examine(context: Context, server: str) -> Iterator[Finding]:
    """The domains of connected mailboxes, but for providers' own. `server`: HOST or HOST:PORT, else the system's."""
    with transaction(context.engine, read_only=True) as session:
        addresses = session.exec(select(Mailbox.address).where(col(Mailbox.state) != "disabled")).all()
    sending = sorted({address.rpartition("@")[2].lower() for address in addresses if not is_freemail(address)})
    try:
        ask = _asking(server)
        for domain in sending:
            yield from (_spf(domain, ask), _dkim(domain, ask), _dmarc(domain, ask))
    except dns.exception.DNSException:
        yield warning(
            "DNS", "no name server answers: not checked", "Nothing, on a machine without network; else see --resolver."
        )


def _asking(server: str) -> Ask:
    resolver = dns.resolver.Resolver(configure=not server)
    resolver.lifetime = PATIENCE_SECONDS
    if server:
        host, _, port = server.partition(":")
        resolver.nameservers, resolver.port = [host], int(port or DNS_PORT)

    def texts(name: str) -> list[str]:
        try:
            return [b"".join(record.strings).decode(errors="replace") for record in resolver.resolve(name, "TXT")]
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []

    return texts


def _spf(domain: str, ask: Ask) -> Finding:
    check = f"SPF of {domain}"
    found = [text for text in ask(domain) if text.lower().split(" ")[0] == "v=spf1"]
    if not found:
        return problem(check, "none: receivers cannot tell who may send for it", SPF_FIX)
    if len(found) > 1:
        return problem(check, f"{len(found)} records, which count as none", "Make one of them.")
    words = found[0].lower().split()
    if "+all" in words or "all" in words:
        return problem(check, f"{found[0]}: everybody may send for it", "End it with ~all or -all.")
    if not any(word.startswith(("include:_spf.google.com", "redirect=")) for word in words):
        return warning(
            check, f"{found[0]}: Google is not named", "Add include:_spf.google.com, unless another include has it."
        )
    return ok(check, found[0])


def _dkim(domain: str, ask: Ask) -> Finding:
    check = f"DKIM of {domain}"
    tags = [_tags(text) for text in ask(f"google._domainkey.{domain}")]
    keys = [each["p"] for each in tags if "p" in each]
    if not keys:
        fix = "In Google's Admin console, under Apps, Gmail, Authenticate email: make the key and start signing."
        return warning(check, "no key under Google's usual selector", fix)
    if not any(keys):
        return problem(check, "the key is revoked", "Make a new one in Google's Admin console.")
    return ok(check, "a key is published")


def _dmarc(domain: str, ask: Ask) -> Finding:
    """A subdomain without a policy has that of the organisation's domain (RFC 7489, section 6.6.3)."""
    check = f"DMARC of {domain}"
    organisation = domain_of(domain) or domain
    for place in dict.fromkeys((domain, organisation)):
        found = [tags for text in ask(f"_dmarc.{place}") if (tags := _tags(text)).get("v") == "DMARC1"]
        if len(found) == 1:
            policy = found[0].get("p", "none")
            if policy == "none":
                return warning(
                    check, "p=none: forged mail is delivered", "Once reports are clean, set p=quarantine or p=reject."
                )
            return ok(check, f"p={policy}")
    return problem(check, "none: large providers turn such mail away", DMARC_FIX.format(domain=organisation))


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";") if "=" in part)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
