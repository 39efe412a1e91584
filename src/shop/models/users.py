"""The people who use the shop."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Column, ForeignKey, Identity, String, Table, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.models.base import Base, enum_type

if TYPE_CHECKING:
    from shop.models.catalogue import Product, Review
    from shop.models.orders import Order


class Role(enum.StrEnum):
    CUSTOMER = "customer"
    ADMIN = "admin"


favorites = Table(
    "favorites",
    Base.metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("product_id", ForeignKey("products.id", ondelete="CASCADE"), primary_key=True),
)


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str | None] = mapped_column(String(200))  # none until one was chosen
    role: Mapped[Role] = mapped_column(
        enum_type(Role, "user_role"),
        default=Role.CUSTOMER,
        server_default=Role.CUSTOMER.value,
    )
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    suspended_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    orders: Mapped[list["Order"]] = relationship(back_populates="user", passive_deletes=True)
    reviews: Mapped[list["Review"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )
    favorites: Mapped[list["Product"]] = relationship(secondary=favorites, passive_deletes=True)
