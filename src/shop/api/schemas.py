"""What goes in and out, as JSON. Amounts of money are strings: "12.50"."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    FiniteFloat,
    Json,
    StringConstraints,
)

from shop.models import OrderStatus, PaymentStatus, Role

INTEGER = 2**31 - 1  # the largest that a column of this type holds

Id = Annotated[int, Field(ge=1, le=INTEGER)]
Text = Annotated[  # PostgreSQL stores no NUL character
    str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00]*$")
]
Price = Annotated[Decimal, Field(gt=0, max_digits=10, decimal_places=2)]
Attributes = dict[Text, Text | bool | int | FiniteFloat]
Limit = Annotated[int, Field(ge=1, le=100)]
Offset = Annotated[int, Field(ge=0, le=INTEGER)]
Item = TypeVar("Item")


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PageOut(Output, Generic[Item]):
    items: list[Item]
    total: int


class SliceOut(Output, Generic[Item]):
    items: list[Item]
    next: str | None


class NewUser(Input):
    email: EmailStr
    name: Text = Field(min_length=1, max_length=100)
    password: str = Field(min_length=8, max_length=200)


class Credentials(BaseModel):
    """A form, with the names that OAuth 2 gives its fields; it has others, which say nothing."""

    username: Text
    password: str


class UserOut(Output):
    id: int
    email: str
    name: str
    role: Role
    active: bool
    suspended_at: datetime | None


class TokenOut(Output):
    access_token: str
    token_type: str = "bearer"


class NewProduct(Input):
    sku: Text = Field(min_length=1, max_length=32)
    name: Text = Field(min_length=1, max_length=200)
    price: Price
    stock: int = Field(0, ge=0, le=INTEGER)
    category_id: Id | None = None
    attributes: Attributes = {}
    tags: list[Text] = []


class ProductFilter(Input):
    """Those left out don't filter; `attributes` is a JSON object that the product's contains."""

    category_id: Id | None = None
    tag: Text | None = None
    attributes: Json[Attributes] | None = None
    text: Text | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    in_stock: bool = False
    limit: Limit = 20
    offset: Offset = 0


class ProductOut(Output):
    id: int
    sku: str
    name: str
    price: Decimal
    stock: int
    category_id: int | None
    attributes: dict[str, Any]
    tags: list[str]


class ProductWithRating(ProductOut):
    rating: Decimal | None


class CategoryOut(Output):
    id: int
    name: str
    children: list["CategoryOut"]


class NewReview(Input):
    rating: int = Field(ge=1, le=5)
    body: Text = Field("", max_length=5000)


class ReviewOut(Output):
    id: int
    product_id: int
    user_id: int
    rating: int
    body: str
    created_at: datetime


class NewLine(Input):
    product_id: Id
    quantity: int = Field(ge=1, le=100)


class NewOrder(Input):
    lines: list[NewLine] = Field(max_length=50)


class Cancellation(Input):
    """With the version that the client has seen, only that one is cancelled."""

    version: int | None = None


class OrderOut(Output):
    id: int
    user_id: int
    status: OrderStatus
    placed_at: datetime
    version: int


class ItemOut(Output):
    product_id: int
    quantity: int
    unit_price: Decimal
    total: Decimal


class OrderWithItems(OrderOut):
    items: list[ItemOut]
    total: Decimal


class PaymentOut(Output):
    id: int
    order_id: int
    amount: Decimal
    status: PaymentStatus
    reference: str | None
