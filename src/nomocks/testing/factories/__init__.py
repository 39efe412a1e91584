"""Factories of the shop's models, and ``AsyncFactory``, the base for factories of your own."""

from nomocks.testing.factories.base import AsyncFactory
from nomocks.testing.factories.shop import (
    CategoryFactory,
    OrderFactory,
    OrderItemFactory,
    OutboxMessageFactory,
    PaymentFactory,
    ProductFactory,
    RefundFactory,
    ReturnFactory,
    ReturnItemFactory,
    ReviewFactory,
    UserFactory,
)

__all__ = [
    "AsyncFactory",
    "CategoryFactory",
    "OrderFactory",
    "OrderItemFactory",
    "OutboxMessageFactory",
    "PaymentFactory",
    "ProductFactory",
    "RefundFactory",
    "ReturnFactory",
    "ReturnItemFactory",
    "ReviewFactory",
    "UserFactory",
]
