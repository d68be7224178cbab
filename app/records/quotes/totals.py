"""What a quote comes to, exactly.

Everything is reckoned in decimals and kept in minor units of the quote's currency: cents, yen, fils.
The rules, in order, each rounding half to even:

1. A line's amount is quantity x unit price, less the line's discount, rounded. So lines add up as they are printed.
2. The quote's discount is that share of the sum of the lines, rounded, and is spread over the tax rates by largest
   remainder, so that nothing is lost or made up.
3. Tax is reckoned once for each rate, on the net sum at that rate, and rounded: not line by line, which would add up
   the roundings (EN 16931-1, BR-CO-17: tax = net of the rate x rate, rounded to two decimals; 2006/112/EC, Art. 226).
4. The total is the net sum and the taxes.

The order of lines makes no difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, localcontext


@dataclass(frozen=True, slots=True)
class Item:
    """A line as a sum sees it. `unit_price` is in minor units; percentages are 0 to 100."""

    quantity: Decimal
    unit_price: int
    discount_percent: Decimal = Decimal(0)
    tax_percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class TaxShare:
    """Tax at one rate, and the net sum that it is taken of."""

    percent: Decimal
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class Totals:
    """In minor units. `lines` are the amounts of the lines in their order; `net` is `subtotal` less `discount`."""

    lines: list[int]
    subtotal: int
    discount: int
    net: int
    taxes: list[TaxShare]
    tax: int
    total: int


def totals_of(items: Sequence[Item], *, discount_percent: Decimal = Decimal(0)) -> Totals:
    """The totals of a quote with these lines and this discount on all of it; taxes by rising rate."""
    with localcontext(prec=60):
        lines = [_amount(item) for item in items]
        gross: dict[Decimal, int] = {}
        for item, amount in zip(items, lines, strict=True):
            gross[item.tax_percent] = gross.get(item.tax_percent, 0) + amount
        subtotal = sum(lines)
        discount = _rounded(subtotal * discount_percent / 100)
        spread = _spread(discount, gross)
        taxes = [_tax(rate, gross[rate] - spread[rate]) for rate in sorted(gross)]
    tax = sum(share.tax for share in taxes)
    return Totals(lines, subtotal, discount, subtotal - discount, taxes, tax, subtotal - discount + tax)


def _amount(item: Item) -> int:
    return _rounded(item.quantity * item.unit_price * (100 - item.discount_percent) / 100)


def _tax(rate: Decimal, net: int) -> TaxShare:
    return TaxShare(rate, net, _rounded(net * rate / 100))


def _spread(discount: int, gross: Mapping[Decimal, int]) -> dict[Decimal, int]:
    """The discount by tax rate: each rate's share rounded down, and what is left to those that lost most by it."""
    whole = sum(gross.values())
    if not whole:
        return dict.fromkeys(gross, 0)
    exact = {rate: Decimal(discount) * amount / whole for rate, amount in gross.items()}
    shares = {rate: int(share.to_integral_value(ROUND_FLOOR)) for rate, share in exact.items()}
    by_loss = sorted(exact, key=lambda rate: (shares[rate] - exact[rate], rate))
    for rate in by_loss[: discount - sum(shares.values())]:
        shares[rate] += 1
    return shares


def _rounded(number: Decimal) -> int:
    return int(number.to_integral_value(ROUND_HALF_EVEN))
