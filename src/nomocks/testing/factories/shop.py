"""One factory for each model of the shop."""

# mypy: allow-untyped-calls
# factory_boy annotates its factories, but not its declarations.

from collections.abc import Sequence as SequenceOf
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

from factory.declarations import (
    LazyFunction,
    PostGeneration,
    RelatedFactoryList,
    SelfAttribute,
    Sequence,
    SubFactory,
    Trait,
)
from factory.faker import Faker

from nomocks.testing.factories.base import AsyncFactory
from shop.models import (
    Category,
    Order,
    OrderItem,
    OrderStatus,
    OutboxMessage,
    Payment,
    PaymentStatus,
    Product,
    Refund,
    RefundStatus,
    Return,
    ReturnItem,
    ReturnStatus,
    Review,
    Role,
    User,
)

now = LazyFunction(partial(datetime.now, UTC))


class CategoryFactory(AsyncFactory[Category]):
    class Meta:
        model = Category

    name = Sequence(lambda n: f"Category {n}")


class ProductFactory(AsyncFactory[Product]):
    class Meta:
        model = Product

    class Params:
        out_of_stock = Trait(stock=0)
        categorized = Trait(category=SubFactory(CategoryFactory))

    sku = Sequence(lambda n: f"SKU-{n:04}")
    name = Sequence(lambda n: f"Product {n}")
    price = Decimal("10.00")
    stock = 10


def _add_favorites(
    user: User, create: bool, wanted: int | SequenceOf[Product] | None, **values: object
) -> None:
    if isinstance(wanted, int):
        make = ProductFactory.create_batch if create else ProductFactory.build_batch
        wanted = make(wanted, **values)
    user.favorites = list(wanted or ())


class UserFactory(AsyncFactory[User]):
    """``favorites`` takes products, or how many are to be made."""

    class Meta:
        model = User

    class Params:
        admin = Trait(role=Role.ADMIN)
        inactive = Trait(active=False)
        suspended = Trait(suspended_at=now)

    email = Sequence(lambda n: f"user{n}@example.org")
    name = Faker("name")

    favorites = PostGeneration(_add_favorites)


class ReviewFactory(AsyncFactory[Review]):
    class Meta:
        model = Review

    product = SubFactory(ProductFactory)
    user = SubFactory(UserFactory)
    rating = 5
    body = Faker("sentence")


class OrderFactory(AsyncFactory[Order]):
    """``with_items=True`` adds two; ``with_items=True, lines__quantity=3`` says of what kind."""

    class Meta:
        model = Order

    class Params:
        paid = Trait(status=OrderStatus.PAID)
        shipped = Trait(status=OrderStatus.SHIPPED)
        cancelled = Trait(status=OrderStatus.CANCELLED)
        deleted = Trait(deleted_at=now)
        with_items = Trait(
            lines=RelatedFactoryList(f"{__name__}.OrderItemFactory", "order", size=2)
        )

    user = SubFactory(UserFactory)


class OrderItemFactory(AsyncFactory[OrderItem]):
    class Meta:
        model = OrderItem

    order = SubFactory(OrderFactory)
    product = SubFactory(ProductFactory)
    quantity = 1
    unit_price = SelfAttribute("product.price")


class PaymentFactory(AsyncFactory[Payment]):
    class Meta:
        model = Payment

    class Params:
        captured = Trait(
            status=PaymentStatus.CAPTURED,
            reference=Sequence(lambda n: f"charge-{n}"),
            order__paid=True,
        )
        failed = Trait(status=PaymentStatus.FAILED)

    order = SubFactory(OrderFactory)
    amount = Decimal("10.00")


class ReturnFactory(AsyncFactory[Return]):
    class Meta:
        model = Return

    class Params:
        received = Trait(status=ReturnStatus.RECEIVED)
        rejected = Trait(status=ReturnStatus.REJECTED, rejected_because="It was used.")
        refunded = Trait(status=ReturnStatus.REFUNDED)

    order = SubFactory(OrderFactory, shipped=True)


class ReturnItemFactory(AsyncFactory[ReturnItem]):
    """Of one order: the return's is the item's."""

    class Meta:
        model = ReturnItem

    order_item = SubFactory(OrderItemFactory, order__shipped=True)
    of_return = SubFactory(ReturnFactory, order=SelfAttribute("..order_item.order"))
    quantity = 1


class RefundFactory(AsyncFactory[Refund]):
    class Meta:
        model = Refund

    class Params:
        paid_out = Trait(
            status=RefundStatus.PAID_OUT,
            reference=Sequence(lambda n: f"refund-{n}"),
            of_return__refunded=True,
        )
        failed = Trait(status=RefundStatus.FAILED)

    of_return = SubFactory(ReturnFactory, received=True)
    amount = Decimal("10.00")


class OutboxMessageFactory(AsyncFactory[OutboxMessage]):
    class Meta:
        model = OutboxMessage

    class Params:
        sent = Trait(sent_at=now, attempts=1)

    topic = "order.placed"
    payload = Sequence(lambda n: {"order_id": n})
