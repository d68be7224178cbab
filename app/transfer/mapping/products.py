"""Files that well-known programs export, told by their headings.

Here stands what differs from what the headings say by themselves (`headings.txt`): the names of a product's own, and
what to leave out. Sources: the products' own help pages on import and export, and files that people have published.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Product:
    """A file is the product's when `signs` fit, each of a set: all of them have to match a heading.

    `meanings`: patterns of headings and their targets, the first that fits counts; an empty target leaves the column
    out. `kinds` are the prefixes of headings by the kind of folder that they are for, where a product has such.
    """

    name: str
    signs: tuple[tuple[str, ...], ...]
    meanings: tuple[tuple[str, str], ...]
    separator: str | None = None
    prefixes: dict[str, str] = field(default_factory=dict)

    def made(self, headings: Collection[str]) -> bool:
        return any(
            all(any(re.fullmatch(sign, one, re.I) for one in headings) for sign in signs) for signs in self.signs
        )

    def target(self, heading: str) -> str | None:
        """The target of a heading, empty to leave it out; None where the heading speaks for itself."""
        return next((target for pattern, target in self.meanings if re.fullmatch(pattern, heading, re.I)), None)

    def bare(self, heading: str, kind: str) -> str:
        """A heading without the prefix of this kind: `Person - Name` -> `Name`."""
        prefix = self.prefixes.get(kind, "")
        return heading[len(prefix) :] if prefix and heading.lower().startswith(prefix.lower()) else heading


PRODUCTS = (
    Product(
        "Google Contacts",
        (("Given Name|First Name", "E-mail 1 - Value"), ("Group Membership|Labels", "(E-mail|Phone) 1 - .*")),
        (
            (r"Name|File As", "name"),
            (r"Given Name|First Name", "name.first"),
            (r"Additional Name|Middle Name", "name.middle"),
            (r"Family Name|Last Name", "name.last"),
            (r"Name Prefix", "name.prefix"),
            (r"Name Suffix", "name.suffix"),
            (r"E-mail \d+ - Value", "email"),
            (r"Phone \d+ - Value", "phone"),
            (r"Address 1 - (Street|Extended Address|PO Box)", "address.street"),
            (r"Address 1 - City", "address.city"),
            (r"Address 1 - Region", "address.region"),
            (r"Address 1 - Postal Code", "address.postal_code"),
            (r"Address 1 - Country", "address.country"),
            (r"Organization( 1 -)? Name", "company"),
            (r"Organization( 1 -)? Title", "title"),
            (r"Group Membership|Labels", "tags"),
            (r".* - (Type|Label|Formatted|Yomi Name)|.*(Yomi|Phonetic).*|Photo", ""),
            (r"Subject|Location|Occupation|Priority|Sensitivity|Initials|Short Name|Mileage", ""),
        ),
        separator=" ::: ",
    ),
    Product(
        "HubSpot",
        (
            ("Record ID( - .*)?", "Lifecycle Stage|Lead Status|Contact owner|Company owner|Deal Stage|Deal owner"),
            ("Associated Company( IDs)?|Associated Contact( IDs)?", ".* owner"),
        ),
        (
            (r"Record ID.*|Associated .* IDs.*|.*Owner ID|Pipeline", ""),
            (r"Associated Company.*|Primary Associated Company", "company"),
            (r"Associated Contact.*", "contacts"),
            (r"Membership Notes|.* - Legacy|(Create|Last Modified|Last Activity) Date", ""),
            (r"Marketing emails confirmation status", ""),
        ),
        separator=";",
    ),
    Product(
        "Pipedrive",
        (("(Person|Deal|Organization|Lead) - (Name|Title|ID)",), ("(Person|Deal|Organization|Lead) - Owner",)),
        (
            (r"\w+ - ID|.* - (Created|Creation time|Update time|Last activity date|Next activity date)", ""),
            (r"Person - (E-?mail|Email).*", "email"),
            (r"(Person|Organization) - Phone.*", "phone"),
            (r"(Person|Deal|Lead) - Organi[sz]ation", "company"),
            (r"(Deal|Lead) - Contact person", "contacts"),
            (r"Deal - (Currency.*|Status|Pipeline|Weighted value|Probability label)", ""),
            (r".* - Labels?", "tags"),
            (r"Organization - (Street|House).*of Address", "address.street"),
            (r"Organization - City.*of Address", "address.city"),
            (r"Organization - (State|Region).*of Address", "address.region"),
            (r"Organization - (ZIP|Postal).*of Address", "address.postal_code"),
            (r"Organization - Country of Address", "address.country"),
            (r"\w+ - ((Open|Won|Lost|Closed) deals|Total|Done|Email messages|Activities).*", ""),
        ),
        separator=", ",
        prefixes={"contact": "Person - ", "lead": "Lead - ", "company": "Organization - ", "deal": "Deal - "},
    ),
    Product(
        "Copper",
        (("Owned By", "Contact Type|Work Email|Primary Contact|Win Probability"), ("Copper ID",)),
        (
            (r"(Work|Personal|Other) Email|Email( \d)?", "email"),
            (r"(Work|Mobile|Home|Other) Phone|Phone( \d)?", "phone"),
            (r"(Email|Phone|Website) Type.*|Copper ID|Copper URL|Pipeline|Status", ""),
            (r"Owned By", "owner"),
            (r"Primary Contact", "contacts"),
            (r"Loss Reason", "lost_reason"),
        ),
        separator=",",
    ),
    Product(
        "Salesforce",
        (
            ("Account ?Name|Account ?ID|Salutation", "(Mailing|Billing) ?(City|Street|Country)"),
            ("Opportunity Name", "Account Name"),
            ("Last ?Name", "Owner ?ID|Account ?ID|Lead ?Source"),
            ("Stage ?Name", "Close ?Date"),
        ),
        (
            (r"(Account|Owner|Record ?Type|Master ?Record|Reports ?To|Created ?By|Last ?Modified ?By) ?ID|ID", ""),
            (r"(Contact|Lead|Opportunity|Case) ID|Is ?Deleted", ""),
            (r"(Created|Last ?Modified|System ?Modstamp|Last Activity).*", ""),
            (r"(Other|Shipping) ?(Street|City|State.*|Zip.*|Postal ?Code|Country.*)", ""),
            (r"(Phone|Mobile ?Phone|Home ?Phone|Other ?Phone|Asst\.? ?Phone|Mobile)", "phone"),
            (r"Stage ?Name|Stage", "stage"),
            (r"Has ?Opted ?Out ?Of ?Email|Email ?Opt ?Out", "do_not_email"),
            (r"Number ?Of ?Employees|Employees", "employees"),
            (r"Fiscal.*|Is ?(Closed|Won|Private)|Forecast ?Category.*", ""),
        ),
        separator=";",
    ),
    Product(
        "Twenty",
        (
            (r"First Name \(Name\)|Name / First Name|nameFirstName|name\.firstName", ".*Email.*"),
            (r"Primary Email \(Emails\)|Emails / Primary Email|emails\.primaryEmail|emailsPrimaryEmail",),
            (r"Link URL \(Domain Name\)|Domain Name / Link URL|domainName\.primaryLinkUrl|domainNamePrimaryLinkUrl",),
            (r"Amount \(Amount\)|Amount / Amount|amountAmountMicros", ".*Point of Contact.*|.*Close ?Date.*"),
        ),
        (
            (r".*First ?Name.*", "name.first"),
            (r".*Last ?Name.*", "name.last"),
            (r".*(Primary|Additional) ?Emails?.*", "email"),
            (r".*Phones?.*(Country|Calling) ?Code.*|.*(Country|Calling) ?Code.*Phones?.*", ""),
            (r".*Link ?Label.*|.*Secondary ?Links.*", ""),
            (r".*(Primary|Additional) ?Phones?.*", "phone"),
            (r".*Linkedin.*", "linkedin"),
            (r".*Domain ?Name.*", "domain"),
            (r".*Address ?(Street|Line) ?[12].*|.*Street.*Address.*", "address.street"),
            (r".*Address ?City.*|City \(Address\)|Address / City", "address.city"),
            (r".*Address ?(State|Region).*|State \(Address\)|Address / State", "address.region"),
            (r".*Post(al)? ?code.*", "address.postal_code"),
            (r".*Country.*Address.*|.*Address.*Country.*", "address.country"),
            (r".*Employees", "employees"),
            (r"Amount \(Amount\)|Amount / Amount", "amount"),
            (r".*Currency.*|Id|.*Avatar.*|.*Position|.*(Lat|Lng)\b.*", ""),
            (r"(Created?|Updated?|Deleted) ?(at|by).*|(Creation|Last) .*", ""),
            (r"Point of Contact.*", "contacts"),
            (r"Company( / .*| \(.*)?", "company"),
        ),
    ),
    Product(
        "Streak",
        (
            ("Box Key|Box ID|Box Link|Pipeline Key",),
            ("Stage", "Assigned To", "Notes|Last Updated|Date Created|Contacts"),
        ),
        (
            (r"Box (Key|ID|Link)|Pipeline( Key)?|Followers|(Date )?Created.*|Last Updated.*|.*Magic.*", ""),
            (r"Name|Box Name", "name"),
            (r"Assigned To( Email)?", "owner"),
            (r"Organizations?|Companies", "company"),
            (r"Email Addresses", "email"),
            (r"Days in Stage|Date of Last.*|Freshness|Thread Count|Last .* Date", ""),
        ),
        separator=", ",
    ),
    Product(
        "NetHunt",
        (("Record ID", "Created (at|by|date)|Updated (at|by)|Date of creation|Date of update|Time in stage"),),
        (
            (r"Record ID|(Created|Updated) (at|by|date)|Date of (creation|update)|Time (in|since) .*", ""),
            (r"Manager|Responsible|Assignee", "owner"),
            (r"Deal size|Budget", "amount"),
        ),
        separator=", ",
    ),
)


def product_of(headings: Iterable[str]) -> Product | None:
    """The program whose export has such headings."""
    given = [heading.strip() for heading in headings]
    return next((product for product in PRODUCTS if product.made(given)), None)
