"""Files of well-known programs are recognised, and their columns go where people expect them."""

import pytest

from app.transfer.mapping import Plan, RowReader, propose_plan
from app.transfer.reading import open_source
from tests.transfer.mapping.folders import folder
from tests.transfer.mapping.test_proposals import meanings
from tests.transfer.shared_data import shared

EXPORTS = {
    ("Google Contacts", "contact"): {
        "First Name": "name.first",
        "Last Name": "name.last",
        "Nickname": "",
        "Organization Name": "company",
        "Organization Title": "title",
        "Labels": "tags",
        "E-mail 1 - Label": "",
        "E-mail 1 - Value": "email",
        "E-mail 2 - Value": "email",
        "Phone 1 - Label": "",
        "Phone 1 - Value": "phone",
        "Address 1 - Formatted": "",
        "Address 1 - Street": "address.street",
        "Address 1 - City": "address.city",
        "Address 1 - Postal Code": "address.postal_code",
        "Address 1 - Country": "address.country",
    },
    ("HubSpot", "contact"): {
        "Record ID": "",
        "First Name": "name.first",
        "Last Name": "name.last",
        "Email": "email",
        "Phone Number": "phone",
        "Mobile Phone Number": "phone",
        "Contact owner": "owner",
        "Associated Company": "company",
        "Associated Company IDs": "",
        "Job Title": "title",
        "Lifecycle Stage": "lifecycle",
        "Street Address": "address.street",
        "City": "address.city",
        "State/Region": "address.region",
        "Postal Code": "address.postal_code",
        "Country/Region": "address.country",
        "Create Date": "",
    },
    ("HubSpot", "deal"): {
        "Record ID": "",
        "Deal Name": "name",
        "Deal Stage": "stage",
        "Amount": "amount",
        "Close Date": "close_on",
        "Deal owner": "owner",
        "Associated Company": "company",
        "Associated Contact": "contacts",
        "Pipeline": "",
    },
    ("HubSpot", "company"): {
        "Record ID": "",
        "Company name": "name",
        "Company Domain Name": "domain",
        "Company owner": "owner",
        "Phone Number": "phone",
        "Industry": "industry",
        "Number of Employees": "employees",
        "Annual Revenue": "annual_revenue",
        "Website URL": "website",
        "City": "address.city",
    },
    ("Pipedrive", "contact"): {
        "Person - ID": "",
        "Person - Name": "name",
        "Person - First name": "name.first",
        "Person - Last name": "name.last",
        "Person - Organization": "company",
        "Person - Email - Work": "email",
        "Person - Email - Home": "email",
        "Person - Phone - Mobile": "phone",
        "Person - Owner": "owner",
        "Person - Label": "tags",
        "Person - Open deals": "",
    },
    ("Pipedrive", "deal"): {
        "Deal - ID": "",
        "Deal - Title": "name",
        "Deal - Value": "amount",
        "Deal - Currency of Value": "",
        "Deal - Organization": "company",
        "Deal - Contact person": "contacts",
        "Deal - Stage": "stage",
        "Deal - Owner": "owner",
        "Deal - Expected close date": "close_on",
        "Deal - Lost reason": "lost_reason",
    },
    ("Pipedrive", "company"): {
        "Organization - Name": "name",
        "Organization - Owner": "owner",
        "Organization - Street/road name of Address": "address.street",
        "Organization - City/town/village/locality of Address": "address.city",
        "Organization - ZIP/Postal code of Address": "address.postal_code",
        "Organization - Country of Address": "address.country",
    },
    ("Copper", "contact"): {
        "Name": "name",
        "First Name": "name.first",
        "Last Name": "name.last",
        "Title": "title",
        "Company": "company",
        "Work Email": "email",
        "Mobile Phone": "phone",
        "Street": "address.street",
        "City": "address.city",
        "Contact Type": "lifecycle",
        "Owned By": "owner",
        "Tags": "tags",
        "Copper ID": "",
    },
    ("Salesforce", "contact"): {
        "Salutation": "name.prefix",
        "First Name": "name.first",
        "Last Name": "name.last",
        "Title": "title",
        "Account Name": "company",
        "Account ID": "",
        "Mailing Street": "address.street",
        "Mailing City": "address.city",
        "Mailing State/Province": "address.region",
        "Mailing Zip/Postal Code": "address.postal_code",
        "Mailing Country": "address.country",
        "Other City": "",
        "Phone": "phone",
        "Mobile": "phone",
        "Email": "email",
        "Lead Source": "source",
        "Contact Owner": "owner",
    },
    ("Salesforce", "deal"): {
        "Opportunity Name": "name",
        "Account Name": "company",
        "Stage": "stage",
        "Amount": "amount",
        "Close Date": "close_on",
        "Probability (%)": "probability",
        "Next Step": "next_step",
        "Lead Source": "source",
        "Opportunity Owner": "owner",
    },
    ("Salesforce", "company"): {
        "ACCOUNTID": "",
        "NAME": "name",
        "BILLINGSTREET": "address.street",
        "BILLINGCITY": "address.city",
        "NUMBEROFEMPLOYEES": "employees",
        "ANNUALREVENUE": "annual_revenue",
        "WEBSITE": "website",
        "INDUSTRY": "industry",
    },
    ("Twenty", "contact"): {
        "Id": "",
        "First Name (Name)": "name.first",
        "Last Name (Name)": "name.last",
        "Primary Email (Emails)": "email",
        "Additional Emails (Emails)": "email",
        "Primary Phone Number (Phones)": "phone",
        "Primary Phone Country Code (Phones)": "",
        "Job Title": "title",
        "Company": "company",
        "Link URL (Linkedin)": "linkedin",
    },
    ("Streak", "deal"): {
        "Box Key": "",
        "Name": "name",
        "Stage": "stage",
        "Assigned To": "owner",
        "Contacts": "contacts",
        "Organizations": "company",
        "Deal Size": "amount",
        "Date Created": "",
    },
    ("NetHunt", "deal"): {
        "Record ID": "",
        "Name": "name",
        "Stage": "stage",
        "Manager": "owner",
        "Budget": "amount",
        "Close date": "close_on",
        "Created at": "",
    },
}


@pytest.mark.parametrize(("product", "kind"), EXPORTS, ids=lambda one: one.replace(" ", "-"))
def test_a_ready_mapping(product: str, kind: str) -> None:
    expected = EXPORTS[product, kind]
    plan = Plan.model_validate(propose_plan(folder(kind), list(expected), [["1"] * len(expected)]))
    assert plan.product == product
    found = meanings(plan)
    assert {heading: found.get(heading, "") for heading in expected} == expected
    unneeded = {heading for heading, target in expected.items() if not target and heading != "Nickname"}
    assert not any(column.create for column in plan.columns if column.heading in unneeded)


def test_an_address_book_that_google_exported() -> None:
    path = shared("contacts_calendar", "google_contacts_csv", "contacts.csv")
    source = open_source(path, name=path.name)
    (line,) = source.rows()
    plan = Plan.model_validate(propose_plan(folder("contact"), source.headings, [line.cells]))
    row = RowReader(plan, folder("contact")).read(line.cells)
    assert row.problems == []
    assert row.values == {
        "name": "二狗王",
        "email": ["wangergou@umass.edu", "wangergou@google.com", "haha@ha.com"],
        "phone": ["+861087293467", "+8617610278819", "+14132100000", "+8617610270000", "+8617610271219"],
        "title": "student",
        "tags": ["* myContacts"],
        "address": {
            "street": "Wang Fu Jing Da Jie",
            "city": "Dongcheng Qu",
            "region": "Beijing Shi",
            "postal_code": "100000",
            "country": "CN",
        },
    }
    assert row.related == {"company": ["UMass"]}


def test_an_address_book_of_cards() -> None:
    path = shared("contacts_calendar", "google_contacts_csv", "contacts.vcf")
    source = open_source(path, name=path.name)
    lines = list(source.rows())
    plan = Plan.model_validate(propose_plan(folder("contact"), source.headings, [line.cells for line in lines]))
    reader = RowReader(plan, folder("contact"))
    assert [reader.read(line.cells).values["name"] for line in lines] == [
        "Antonion",
        "Jimmy Aun",
        "San Zhang",
        "Benjamin",
    ]
