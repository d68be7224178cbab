"""What is proposed for the columns of a file that nobody has seen before."""

import itertools

import pytest

from app.transfer.headings import headings as own_headings
from app.transfer.mapping import Plan, propose_plan
from app.transfer.reading import open_source
from tests.transfer.mapping.folders import field, folder
from tests.transfer.shared_data import shared


def proposed(kind: str, headings: list[str], *rows: list[str]) -> Plan:
    return Plan.model_validate(propose_plan(folder(kind), headings, rows))


def meanings(plan: Plan) -> dict[str, str]:
    """Headings and what they mean: a field, with the part of it behind a point."""
    return {
        column.heading: f"{column.field}.{column.part}".rstrip(".")
        for column in plan.columns
        if column.field is not None
    }


@pytest.mark.parametrize(
    "headings",
    [
        ["first_name", "LAST NAME", "E-Mail", "mobile", "Job-Title", "company", "town", "zip", "country"],
        ["Vorname", "Nachname", "E-Mail-Adresse", "Telefonnummer", "Funktion", "Firma", "Ort", "PLZ", "Land"],
        ["Prénom", "Nom", "Courriel", "Téléphone", "Poste", "Société", "Ville", "Code postal", "Pays"],
        [
            "Nombre",
            "Apellidos",
            "Correo electrónico",
            "Teléfono",
            "Cargo",
            "Empresa",
            "Ciudad",
            "Código postal",
            "País",
        ],
        [
            "Imię",
            "Nazwisko",
            "E-mail",
            "Telefon",
            "Stanowisko",
            "Przedsiębiorstwo",
            "Miasto",
            "Kod pocztowy",
            "Kraj",
        ],
        ["Имя", "Фамилия", "Почта", "Телефон", "Должность", "Компания", "Город", "Индекс", "Страна"],
        ["Ім'я", "Прізвище", "Пошта", "Телефон", "Посада", "Компанія", "Місто", "Поштовий індекс", "Країна"],
        ["名", "姓", "メールアドレス", "電話番号", "役職", "会社名", "市区町村", "郵便番号", "国"],
        ["Förnamn", "Efternamn", "E-post", "Telefon", "Befattning", "Företag", "Postort", "Postnummer", "Land"],
    ],
)
def test_headings_are_understood_in_many_languages(headings: list[str]) -> None:
    expected = ["name.first", "name.last", "email", "phone", "title", "company"]
    expected += ["address.city", "address.postal_code", "address.country"]
    found = meanings(proposed("contact", headings))
    assert [found.get(heading) for heading in headings] == expected


def test_misspelt_headings_are_understood_and_short_words_are_not_guessed_at() -> None:
    assert meanings(proposed("contact", ["Frist Name", "Telephon number", "Stat"])) == {
        "Frist Name": "name.first",
        "Telephon number": "phone",
    }


def test_columns_are_understood_by_their_cells() -> None:
    rows = [["Alice", "alice@acme.com", "+49 30 123456"], ["Bob", "bob@acme.com", "+49 30 123457"]]
    assert meanings(proposed("contact", ["Wer", "Column 2", "x"], *rows)) == {"Column 2": "email", "x": "phone"}
    offices = proposed("company", ["account", "office_location"], ["Acme", "Germany"], ["Basta", "Kenya"])
    assert meanings(offices) == {"account": "name", "office_location": "address.country"}


def test_a_field_of_the_folders_own_comes_before_what_words_usually_mean() -> None:
    schema = folder("contact", field("mobile", "phone"))
    plan = Plan.model_validate(propose_plan(schema, ["Mobile", "Phone"], []))
    assert meanings(plan) == {"Mobile": "mobile", "Phone": "phone"}


def test_a_field_with_one_value_is_filled_by_one_column() -> None:
    plan = proposed("contact", ["Company", "Organization", "Email", "Work email"])
    assert meanings(plan) == {"Company": "company", "Email": "email", "Work email": "email"}
    assert plan.columns[1].notes == ["Company is filled from Company already."]


def test_what_sidenote_works_out_itself_is_left_alone() -> None:
    assert meanings(proposed("contact", ["Emails in", "Last activity"])) == {}


def test_new_fields_are_proposed_for_columns_that_nothing_fits() -> None:
    rows = [
        [
            f"{n}.5",
            f"{n},50 €",
            f"2026-01-{n + 1:02}",
            "yes" if n % 2 else "no",
            ("Gold", "Silver")[n % 2],
            f"https://acme.com/{n}",
            f"00{n}",
            "a; b",
            "line\nline",
            f"{n} things",
            "",
        ]
        for n in range(25)
    ]
    headings = ["Weight", "Fee", "Joined", "Member", "Level", "Blog", "Number", "Hobbies", "Story", "Trivia", "Void"]
    made = {column.heading: column.create for column in proposed("contact", headings, *rows).columns}
    assert {heading: new and new.type for heading, new in made.items()} == {
        "Weight": "number",
        "Fee": "currency",
        "Joined": "date",
        "Member": "checkbox",
        "Level": "dropdown",
        "Blog": "url",
        "Number": "text",
        "Hobbies": "tags",
        "Story": "long_text",
        "Trivia": "text",
        "Void": None,
    }
    options = {heading: new.options for heading, new in made.items() if new}
    assert (options["Fee"], options["Weight"]) == ({"currency": "EUR"}, {"decimals": 1})
    assert options["Level"] == {"choices": ["Gold", "Silver"], "open": True}


def test_the_order_of_dates_is_told_by_any_column_that_tells_it() -> None:
    headings = ["Name", "Close date", "Engaged", "Seen"]
    rows = [["A", "03/04/2026", "25/12/2025", "45000"], ["B", "04/05/2026", "01/02/2026", "46000"]]
    columns = proposed("deal", headings, *rows).columns
    assert [column.format.dates for column in columns] == [None, "dmy", "dmy", None]
    assert columns[1].notes == ["03/04/2026 is read with the day first, as in the other columns."]


def test_dates_that_could_be_either_are_reported() -> None:
    column = proposed("deal", ["Name", "Close date"], ["A", "03/04/2026"], ["B", "04/05/2026"]).columns[1]
    assert column.format.dates is None
    assert column.notes == [
        "03/04/2026 could be read with the day or the month first: say which it is (dates: dmy or mdy)."
    ]
    american = proposed("deal", ["Name", "Close date"], ["A", "03/04/2026"], ["B", "04/25/2026"]).columns[1]
    assert (american.format.dates, american.notes) == ("mdy", [])
    counted = proposed("deal", ["Name", "Close date"], ["A", "46023"], ["B", "46025"]).columns[1]
    assert counted.format.dates == "excel"


def test_decimals_currencies_and_regions_are_told_by_the_cells() -> None:
    deals = proposed("deal", ["Name", "Amount (USD)", "Probability"], ["A", "1.234,50", "20"], ["B", "1.000", "30"])
    assert (deals.columns[1].field, deals.columns[1].format.decimal) == ("amount", ",")
    assert deals.columns[1].format.currency == "USD"
    people = proposed(
        "contact", ["Name", "Phone", "Country"], ["A", "030 1234", "Deutschland"], ["B", "030 9", "Germany"]
    )
    assert people.columns[1].format.region == "DE"
    callers = proposed("contact", ["Name", "Phone"], ["A", "+44 20 7946 0000"], ["B", "020 7946 0001"])
    assert callers.columns[1].format.region == "GB"


def test_by_what_records_are_found() -> None:
    assert proposed("contact", ["Name", "Email", "Phone"]).match == ["email"]
    assert proposed("contact", ["Name", "Phone"]).match == ["phone"]
    assert proposed("company", ["Name", "Domain"]).match == ["domain", "name"]
    assert proposed("product", ["Name", "SKU"]).match == ["field:sku"]


@pytest.mark.parametrize("kind", ["contact", "company", "lead", "deal", "ticket", "product"])
def test_an_export_of_sidenote_is_understood_without_doubt(kind: str) -> None:
    schema = folder(kind)
    columns = own_headings(schema.fields)
    headings = ["Record ID", *(heading for heading, _ in columns)]
    row = ["01ARZ3NDEKTSV4RRFFQ69G5FAV", *("" for _ in columns)]
    plan = Plan.model_validate(propose_plan(schema, headings, [row]))
    assert (plan.match, plan.columns[0].field) == (["id"], "id")
    filled = {column.field for column in plan.columns[1:] if column.field}
    assert filled == {one.key for one in schema.fields if not one.computed}
    assert not any(column.create for column in plan.columns)
    ids = [column for column in plan.columns if column.heading == "Owner ID"]
    assert [(column.field, column.link and column.link.by) for column in ids] == [("owner", "id")]


def test_record_ids_of_other_programs_are_not_taken_for_ours() -> None:
    plan = proposed("contact", ["Record ID", "Lifecycle Stage", "Email"], ["5001", "Lead", "alice@acme.com"])
    assert (plan.product, meanings(plan)) == ("HubSpot", {"Lifecycle Stage": "lifecycle", "Email": "email"})


def test_what_was_understood_once_is_proposed_again() -> None:
    schema, headings = folder("contact"), ["Wer", "Mail"]
    plan = proposed("contact", headings)
    plan.columns[0].field = "name"
    plan.on_match = "skip"
    again = propose_plan(schema, headings, [], remembered=plan.model_dump(mode="json"))
    assert Plan.model_validate(again) == plan
    plan.columns[0].field = "gone"
    without = Plan.model_validate(propose_plan(schema, headings, [], remembered=plan.model_dump(mode="json")))
    assert meanings(without) == {"Mail": "email"}
    other = propose_plan(schema, ["Other", "Mail"], [], remembered=plan.model_dump(mode="json"))
    assert other["on_match"] == "update"
    assert propose_plan(schema, headings, [], remembered={"columns": 3})["on_match"] == "update"


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("company", "accounts", {"account": "name", "sector": "industry", "revenue": "annual_revenue"}),
        ("deal", "sales_pipeline", {"account": "company", "deal_stage": "stage", "close_value": "amount"}),
        ("product", "products", {"product": "name", "sales_price": "price"}),
    ],
)
def test_the_files_of_a_crm(kind: str, name: str, expected: dict[str, str]) -> None:
    path = shared("crm", "sales_opportunities", f"{name}.csv")
    source = open_source(path, name=path.name)
    rows = [line.cells for line in itertools.islice(source.rows(), 200)]
    assert expected.items() <= meanings(proposed(kind, source.headings, *rows)).items()
