"""Tries the four factories of the answer."""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import answer
import pytest
from factory.random import reseed_random
from sqlalchemy import func, select

from nomocks.testing.factories import shop as toolkit
from shop.models import Order, OrderItem, Product, User


def made_by(name: str):
    """The factory of this name, which must be one of the answer's own."""
    kind = getattr(answer, name, None)
    assert kind is not None, f"There is no {name} in your cell."
    inherited = [one.__name__ for one in kind.__mro__ if one.__module__ == toolkit.__name__]
    assert not inherited, f"{name} is derived from the toolkit's {inherited}: write your own."
    return kind


@pytest.fixture
def in_tokyo(monkeypatch):
    """A machine whose clock is nine hours ahead of UTC."""
    monkeypatch.setenv("TZ", "JST-9")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


async def count(session, model) -> int:
    return await session.scalar(select(func.count()).select_from(model))


def test_customers_differ_in_email():
    reseed_random(1)
    emails = [one.email for one in made_by("CustomerFactory").build_batch(1000, name="Ann")]
    different = len(set(emails))
    assert different == 1000, f"1000 customers have {different} different emails."


async def test_traits_combine(session):
    customers = made_by("CustomerFactory")
    expected = {
        (): ("customer", True, False),
        ("admin",): ("admin", True, False),
        ("left",): ("customer", False, False),
        ("suspended",): ("customer", True, True),
        ("admin", "left", "suspended"): ("admin", False, True),
    }
    columns = User.role, User.active, User.suspended_at.is_not(None)
    for traits, row in expected.items():
        user = await customers.create_async(**dict.fromkeys(traits, True))
        found = (await session.execute(select(*columns).where(User.id == user.id))).one()
        named = (str(found[0]), *found[1:])
        assert named == row, (
            f"With the traits {traits}, role, active and suspended are {named}, not {row}."
        )


@pytest.mark.usefixtures("in_tokyo")
async def test_suspended_at_this_moment(session):
    await made_by("CustomerFactory").create_async(suspended=True)
    stored = await session.scalar(select(User.suspended_at))
    assert stored is not None, "With the trait suspended, no suspended_at was stored."
    hours = round((datetime.now(UTC) - stored) / timedelta(hours=1))
    assert not hours, f"On a machine in Tokyo, suspended_at is {hours} hours before the moment."


def test_each_is_suspended_at_a_moment_of_its_own():
    customers = made_by("CustomerFactory")
    one = customers.build(suspended=True)
    assert one.suspended_at is not None, "With the trait suspended, there is no suspended_at."
    time.sleep(0.002)
    other = customers.build(suspended=True)
    assert one.suspended_at < other.suspended_at, (
        "Of two users, the one made later was suspended at the same time as the one before."
    )


async def test_a_price_is_a_decimal(session):
    article = made_by("ArticleFactory").build()
    built = article.price
    assert isinstance(built, Decimal), f"Before it is stored, the price is {built!r}."
    session.add(article)
    await session.flush()
    stored = await session.scalar(select(Product.price))
    assert str(stored) == str(built), f"The price was {built}, and stored is {stored}."


async def test_any_number_of_articles_can_be_stored(session):
    articles = made_by("ArticleFactory")
    for seed in range(3):
        reseed_random(seed)
        await articles.create_batch_async(30)
    assert await count(session, Product) == 90


@pytest.mark.usefixtures("session")
async def test_attributes_are_not_shared():
    one, other = await made_by("ArticleFactory").create_batch_async(2)
    one.attributes["color"] = "red"
    assert "color" not in other.attributes, "A color set for one article is in another as well."


async def test_a_basket_has_two_lines_and_one_customer(session):
    basket = await made_by("BasketFactory").create_async(with_lines=True, lines__quantity=3)
    rows = {model.__name__: await count(session, model) for model in (Order, User, Product)}
    quantities = select(OrderItem.quantity).where(OrderItem.order_id == basket.id)
    lines = (await session.scalars(quantities)).all()
    assert lines == [3, 3], f"The basket's lines have the quantities {lines}, not two of 3."
    expected = {"Order": 1, "User": 1, "Product": 2}
    assert rows == expected, f"Rows in the tables: {rows}, and not {expected}."


async def test_a_line_costs_what_its_article_costs(session):
    price = Decimal("4.20")
    basket = await made_by("BasketFactory").create_async()
    await made_by("LineFactory").create_async(order=basket, product__price=price)
    stored = await session.scalar(select(OrderItem.unit_price))
    assert stored == price, f"The article costs {price}, and its line {stored}."


async def test_the_customer_can_be_given(session):
    baskets = made_by("BasketFactory")
    ann = await made_by("CustomerFactory").create_async()
    hers = await baskets.create_async(user=ann)
    assert hers.user_id == ann.id, "The basket made with user=ann is not hers."
    assert await count(session, User) == 1, "With user=ann, another user was made as well."
    bobs = await baskets.create_async(user__email="bob@example.com")
    email = await session.scalar(select(User.email).where(User.id == bobs.user_id))
    assert email == "bob@example.com", f"With user__email, the user's email is {email}."


async def test_nothing_is_committed(session):
    await made_by("CustomerFactory").create_async()
    await made_by("ArticleFactory").create_async()
    basket = await made_by("BasketFactory").create_async()
    await made_by("LineFactory").create_async(order=basket)
    await session.rollback()
    left = [model.__name__ for model in (User, Product, Order) if await count(session, model)]
    assert not left, f"After a rollback there are still rows of {', '.join(left)}."
