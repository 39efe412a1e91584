"""What customers send back, and the money that they get for it."""

import enum
from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.models.base import Base, enum_type
from shop.models.orders import Order, OrderItem


class ReturnStatus(enum.StrEnum):
    REQUESTED = "requested"
    RECEIVED = "received"
    REJECTED = "rejected"
    REFUNDED = "refunded"


class RefundStatus(enum.StrEnum):
    PENDING = "pending"
    PAID_OUT = "paid_out"
    FAILED = "failed"


class Return(Base):
    __tablename__ = "returns"
    __table_args__ = (
        Index(None, "requested_at", "id"),  # the order in which they are listed
        CheckConstraint(
            "(status = 'rejected') = (rejected_because IS NOT NULL)", name="rejected_because"
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"), index=True)
    status: Mapped[ReturnStatus] = mapped_column(
        enum_type(ReturnStatus, "return_status"),
        default=ReturnStatus.REQUESTED,
        server_default=ReturnStatus.REQUESTED.value,
    )
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    rejected_because: Mapped[str | None] = mapped_column(Text)
    requested_at: Mapped[datetime] = mapped_column(server_default=func.now())

    order: Mapped[Order] = relationship()
    items: Mapped[list["ReturnItem"]] = relationship(
        back_populates="of_return",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="ReturnItem.order_item_id",
    )


class ReturnItem(Base):
    __tablename__ = "return_items"
    __table_args__ = (
        UniqueConstraint("return_id", "order_item_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("damaged BETWEEN 0 AND quantity", name="damaged_within_quantity"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    return_id: Mapped[int] = mapped_column(ForeignKey("returns.id", ondelete="CASCADE"))
    order_item_id: Mapped[int] = mapped_column(
        ForeignKey("order_items.id", ondelete="RESTRICT"), index=True
    )
    quantity: Mapped[int]
    damaged: Mapped[int] = mapped_column(default=0, server_default=text("0"))  # of the quantity

    of_return: Mapped[Return] = relationship(back_populates="items")
    order_item: Mapped[OrderItem] = relationship()


class Refund(Base):
    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        Index(
            "uq_refunds_paid_out_return",
            "return_id",
            unique=True,
            postgresql_where=text("status = 'paid_out'"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    return_id: Mapped[int] = mapped_column(
        ForeignKey("returns.id", ondelete="RESTRICT"), index=True
    )
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    status: Mapped[RefundStatus] = mapped_column(
        enum_type(RefundStatus, "refund_status"),
        default=RefundStatus.PENDING,
        server_default=RefundStatus.PENDING.value,
    )
    reference: Mapped[str | None] = mapped_column(String(64), unique=True)  # the provider's own
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    of_return: Mapped[Return] = relationship()
