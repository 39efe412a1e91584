"""Amounts of money: decimal numbers with two places."""

from decimal import Decimal

from shop.errors import Invalid
from shop.models import Order

CENT = Decimal("0.01")
TOO_MUCH = Decimal(10**8)


def money(amount: Decimal) -> Decimal:
    """The amount with two places. Raises Invalid if it has more, or more than the table takes."""
    if not amount.is_finite() or abs(amount) >= TOO_MUCH or amount != amount.quantize(CENT):
        raise Invalid(f"{amount} is not an amount of money: write it with two places, below 10^8.")
    return amount.quantize(CENT)


def total_of(order: Order) -> Decimal:
    """The sum of the order's items, which must be loaded."""
    total = sum((item.quantity * item.unit_price for item in order.items), start=Decimal())
    return total.quantize(CENT)
