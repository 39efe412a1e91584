"""The shop's tables."""

from shop.models.base import Base
from shop.models.catalogue import Category, Product, Review
from shop.models.orders import Order, OrderItem, OrderStatus, OutboxMessage, Payment, PaymentStatus
from shop.models.returns import Refund, RefundStatus, Return, ReturnItem, ReturnStatus
from shop.models.users import Role, User, favorites

__all__ = [
    "Base",
    "Category",
    "Order",
    "OrderItem",
    "OrderStatus",
    "OutboxMessage",
    "Payment",
    "PaymentStatus",
    "Product",
    "Refund",
    "RefundStatus",
    "Return",
    "ReturnItem",
    "ReturnStatus",
    "Review",
    "Role",
    "User",
    "favorites",
]
