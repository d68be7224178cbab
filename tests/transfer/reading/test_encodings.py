"""Files are read in the encoding that they were written in, with or without a mark that tells it."""

from pathlib import Path

import pytest

from app.core.errors import InvalidInput
from app.transfer.reading import open_source

PEOPLE = {
    "utf-8": ["Zoë Müller", "Łódź", "山田太郎", "Олена Шевченко"],
    "cp1252": ["Zoë Müller", "François Lefèvre", "Núñez y Peña", "Søren Ångström"],
    "cp1250": ["Łukasz Wójcik", "Zażółć gęślą jaźń", "Małgorzata Dąbrowska", "Grzegorz Brzęczyszczykiewicz"],
    "cp1251": ["Олена Шевченко", "Иван Петров", "Киев, улица Крещатик", "Наталья Смирнова"],
    "koi8-r": ["Иван Петров", "Наталья Смирнова", "Москва, улица Тверская", "Продажи и закупки"],
    "cp1253": ["Γιώργος Παπαδόπουλος", "Ελένη Νικολάου", "Θεσσαλονίκη", "Διευθυντής πωλήσεων"],
    "cp1254": ["Şükrü Yıldız", "Ayşe Gül Öğretmen", "İstanbul Kadıköy", "Müdür yardımcısı"],
    "cp1255": ["דוד כהן", "שרה לוי", "תל אביב יפו", "מנהל מכירות"],
    "cp1256": ["محمد علي", "فاطمة الزهراء", "القاهرة مصر", "مدير المبيعات"],
    "cp874": ["สมชาย ใจดี", "กรุงเทพมหานคร", "ผู้จัดการฝ่ายขาย", "บริษัท ตัวอย่าง จำกัด"],
    "shift_jis": ["山田太郎", "スズキ株式会社", "東京都新宿区", "営業部のマネージャー"],
    "euc_jp": ["山田太郎", "スズキ株式会社", "東京都新宿区", "営業部のマネージャー"],
    "gb18030": ["王小明", "北京市朝阳区", "销售经理", "上海贸易有限公司"],
    "big5": ["王小明", "臺北市信義區", "業務經理", "資訊股份有限公司"],
    "cp949": ["김철수", "서울특별시 강남구", "영업 부장", "주식회사 대한무역"],
}


def table(names: list[str]) -> str:
    return "Name,Email\r\n" + "".join(f"{name.replace(',', '')},p{n}@acme.com\r\n" for n, name in enumerate(names))


@pytest.mark.parametrize("encoding", PEOPLE)
def test_an_encoding_is_told_by_its_text(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(table(PEOPLE[encoding]).encode(encoding))
    found = [line.cells[0] for line in open_source(path, name="people.csv").rows()]
    assert found == [name.replace(",", "") for name in PEOPLE[encoding]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_told_by_its_marks_and_zeros(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(table(PEOPLE["utf-8"]).encode(encoding))
    source = open_source(path, name="people.csv")
    assert source.headings == ["Name", "Email"]
    assert [line.cells[0] for line in source.rows()] == PEOPLE["utf-8"]


def test_a_letter_far_behind_the_beginning_counts_as_well(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(table(["Alice"] * 40_000 + ["Zoë"]).encode("cp1252"))
    source = open_source(path, name="people.csv")
    assert source.layout["encoding"] == "cp1252"
    assert [line.cells[0] for line in source.rows()][-1] == "Zoë"


def test_the_wrong_encoding_set_by_hand_is_told(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(table(["Zoë"]).encode("cp1252"))
    with pytest.raises(InvalidInput, match="Choose another encoding"):
        open_source(path, name="people.csv", layout={"encoding": "utf-8"})
