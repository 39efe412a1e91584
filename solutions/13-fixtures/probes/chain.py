"""Uses a chain of fixtures as tests do that have not read it."""

import answer
import pytest
from answer import *  # noqa: F403
from given import (
    AsyncSession,
    Order,
    OrderStatus,
    Payment,
    PaymentStatus,
    Product,
    User,
    count,
    delete,
    select,
)

from nomocks.testing.factories import ProductFactory, UserFactory
from shop.models import OrderItem

seen = []  # the orders of the tests before


@pytest.fixture(autouse=True)
def there():
    missing = [
        name for name in ("customer", "product", "order", "payment") if not hasattr(answer, name)
    ]
    assert not missing, f"Your cell defines no fixture of the name {missing[0]}."
    assert not hasattr(answer, "session"), "Your cell defines a session: ask for the toolkit's."


@pytest.fixture
async def nothing_left(engine):
    """Set up before the chain, so that it looks after that has been torn down."""
    yield
    async with AsyncSession(engine) as another:
        left = await count(another, User)
        await another.execute(delete(User))
        await another.commit()
    assert not left, "The customer is still in the database after the test."


async def loaded(session, *objects):
    """Loads what a fixture has let expire, so that a test may read it."""
    for one in objects:
        if one in session:
            await session.refresh(one)


async def test_the_chain_holds_together(session, customer, product, order, payment):
    await loaded(session, customer, product, order, payment)
    assert order.user_id == customer.id, "The order is not the customer's."
    lines = select(OrderItem.product_id, OrderItem.quantity).where(OrderItem.order_id == order.id)
    found = [tuple(row) for row in await session.execute(lines)]
    assert found == [(product.id, 3)], f"The order's lines (product, pieces) are {found}."
    assert payment.order_id == order.id, "The payment is for another order."
    assert payment.status is PaymentStatus.CAPTURED, f"The payment is {payment.status}."


@pytest.mark.usefixtures("customer", "product", "order", "payment")
async def test_there_is_one_of_each(session):
    made = {one.__name__: await count(session, one) for one in (User, Product, Order, Payment)}
    assert set(made.values()) == {1}, f"A test that asks for all four finds {made}."


class TestAnotherCustomer:
    @pytest.fixture
    async def customer(self, session):
        first, other = await UserFactory.create_batch_async(2, session)
        assert first.id < other.id
        return other

    async def test_the_customer_may_be_exchanged(self, session, customer, payment):
        await loaded(session, customer, payment)
        owner = await session.scalar(
            select(Order.user_id).join(Payment).where(Payment.id == payment.id)
        )
        assert owner == customer.id, "A class has exchanged the customer, and another one has paid."


class TestAnotherProduct:
    @pytest.fixture
    async def product(self, session):
        return await ProductFactory.create_async(session, price="7.25")

    async def test_the_payment_follows_the_price(self, payment):
        amount = payment.amount
        assert str(amount) == "21.75", f"Three pieces at 7.25 each were paid with {amount}."


@pytest.mark.usefixtures("payment")
async def test_the_test_sees_the_order_paid(order):
    status = order.status
    assert status is OrderStatus.PAID, f"After the payment, the test sees the order {status}."


@pytest.mark.usefixtures("order")
async def test_an_order_alone_is_pending(session):
    status = await session.scalar(select(Order.status))
    assert status is OrderStatus.PENDING, f"A test that asks for the order alone has it {status}."
    assert not await count(session, Payment), "A test that asks for the order alone has a payment."


@pytest.mark.usefixtures("customer")
async def test_what_is_not_asked_for_is_not_made(session):
    made = [one.__name__ for one in (Product, Order, Payment) if await count(session, one)]
    assert not made, f"A test that asks for the customer alone finds rows of {', '.join(made)}."


@pytest.mark.parametrize("turn", ["first", "second"])
@pytest.mark.usefixtures("nothing_left", "payment", "turn")
async def test_each_test_has_its_own(session, engine, order):
    assert order not in seen, "A second test has got the order of the first."
    seen.append(order)
    orders = await count(session, Order)
    assert orders == 1, f"A test that asks for one order finds {orders}."
    async with AsyncSession(engine) as another:
        found = await count(another, User)
    assert not found, "Another connection sees the customer: the row is really committed."
