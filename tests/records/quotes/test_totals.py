"""What quotes come to, to the last minor unit."""

from decimal import ROUND_HALF_EVEN, Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.records.fields.formats import minor_digits
from app.records.quotes.totals import Item, totals_of

percents = st.decimals(0, 100, places=2) | st.sampled_from([Decimal(0), Decimal(7), Decimal(19), Decimal(20)])
items = st.builds(
    Item,
    quantity=st.decimals("0.0001", 1_000_000, places=4),
    unit_price=st.integers(0, 10**12),
    discount_percent=percents,
    tax_percent=st.sampled_from([Decimal(0), Decimal(7), Decimal("7.7"), Decimal(20), Decimal("20.0")]),
)


def rounded(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_EVEN))


def test_two_lines_a_discount_and_tax():
    first = Item(Decimal(3), 19_99, tax_percent=Decimal(20))
    second = Item(Decimal("2.5"), 80_00, tax_percent=Decimal(20))
    totals = totals_of([first, second], discount_percent=Decimal(10))
    assert totals.lines == [59_97, 200_00]
    assert (totals.subtotal, totals.discount, totals.net) == (259_97, 26_00, 233_97)
    assert [(share.percent, share.net, share.tax) for share in totals.taxes] == [(Decimal(20), 233_97, 46_79)]
    assert totals.total == 280_76


def test_halves_go_to_the_even_neighbour():
    half, one_and_a_half = Item(Decimal("0.5"), 1), Item(Decimal("1.5"), 1)
    assert totals_of([half, one_and_a_half]).lines == [0, 2]
    assert totals_of([Item(Decimal(1), 250, tax_percent=Decimal(1))]).tax == 2


def test_tax_is_taken_of_the_sum_at_each_rate_not_of_each_line():
    penny = Item(Decimal(1), 2, tax_percent=Decimal(20))
    assert totals_of([penny]).tax == 0
    assert totals_of([penny] * 5).tax == 2
    other = Item(Decimal(1), 100, tax_percent=Decimal(7))
    assert [(int(share.percent), share.net, share.tax) for share in totals_of([penny, other]).taxes] == [
        (7, 100, 7),
        (20, 2, 0),
    ]


def test_a_quote_without_lines_comes_to_nothing():
    totals = totals_of([], discount_percent=Decimal(10))
    assert (totals.total, totals.lines, totals.taxes) == (0, [], [])


def test_every_currency_is_reckoned_in_its_own_minor_units():
    """10 at 12.345 less a tenth: dinars have three digits, euros two, yen none."""
    for currency, price, total in (("KWD", 12_345, 111_105), ("EUR", 1_234, 11_106), ("JPY", 12, 108)):
        assert len(str(price)) - 2 == minor_digits(currency)
        assert totals_of([Item(Decimal(10), price)], discount_percent=Decimal(10)).total == total


@given(st.lists(items, max_size=12), percents)
def test_totals_add_up(lines: list[Item], discount: Decimal):
    totals = totals_of(lines, discount_percent=discount)
    assert totals.subtotal == sum(totals.lines)
    assert totals.net == totals.subtotal - totals.discount == sum(share.net for share in totals.taxes)
    assert totals.tax == sum(share.tax for share in totals.taxes)
    assert totals.total == totals.net + totals.tax
    assert totals.discount == rounded(totals.subtotal * discount / 100)
    assert all(share.tax == rounded(share.net * share.percent / 100) for share in totals.taxes)
    assert [share.percent for share in totals.taxes] == sorted({line.tax_percent for line in lines})
    assert all(share.net >= 0 for share in totals.taxes)


@given(st.lists(items, max_size=8).flatmap(lambda lines: st.tuples(st.just(lines), st.permutations(lines))), percents)
def test_the_order_of_lines_makes_no_difference(orders: tuple[list[Item], list[Item]], discount: Decimal):
    one, other = (totals_of(lines, discount_percent=discount) for lines in orders)
    assert sorted(one.lines) == sorted(other.lines)
    assert (one.discount, one.taxes, one.total) == (other.discount, other.taxes, other.total)


@given(st.lists(items, min_size=1, max_size=12), percents)
def test_the_discount_is_spread_fairly(lines: list[Item], discount: Decimal):
    """Each rate bears its exact share of the discount, give or take less than one unit."""
    with_it, without = totals_of(lines, discount_percent=discount), totals_of(lines)
    if with_it.subtotal:
        for share, whole in zip(with_it.taxes, without.taxes, strict=True):
            exact = Decimal(with_it.discount) * whole.net / with_it.subtotal
            assert abs(whole.net - share.net - exact) < 1
