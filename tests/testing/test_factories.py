"""Factories of the shop's models, on an ``AsyncSession`` and without any session."""

from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal

import pytest
from factory.alchemy import SQLAlchemyModelFactory
from factory.declarations import RelatedFactory, Sequence, SubFactory
from factory.errors import FactoryError
from factory.faker import Faker
from sqlalchemy import Connection, ForeignKey, create_engine, event, func, inspect, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from nomocks.postgres import Database
from nomocks.testing.factories import (
    AsyncFactory,
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
from shop.models import Base, Order, OrderStatus, PaymentStatus, Product, Role, User

FACTORIES = [
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
]


@pytest.fixture
def inserts(engine: AsyncEngine) -> Iterator[list[str]]:
    """The INSERT statements that the test sends."""
    seen: list[str] = []

    def note(_: Connection, __: object, statement: str, *___: object) -> None:
        if statement.startswith("INSERT"):
            seen.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine.sync_engine, "before_cursor_execute", note)


def test_there_is_a_factory_for_every_model() -> None:
    assert {factory._meta.model for factory in FACTORIES} == {
        mapper.class_ for mapper in Base.registry.mappers
    }


@pytest.mark.parametrize("factory", FACTORIES)
async def test_every_factory_saves_an_object_with_all_that_it_needs(
    session: AsyncSession, factory: type[AsyncFactory[Base]]
) -> None:
    made = await factory.create_async()
    assert inspect(made).persistent
    assert not session.new
    assert await session.scalar(select(func.count()).select_from(type(made))) == 1


@pytest.mark.parametrize("factory", FACTORIES)
def test_every_factory_builds_without_a_session(factory: type[AsyncFactory[Base]]) -> None:
    made = factory.build_batch(2)
    assert [inspect(one).transient for one in made] == [True, True]


@pytest.mark.usefixtures("session")
async def test_what_the_server_fills_in_is_there_at_once() -> None:
    order = await OrderFactory.create_async()
    assert order.version == 1
    assert order.placed_at.tzinfo is not None


@pytest.mark.usefixtures("session")
async def test_fifty_rows_are_one_insert(inserts: list[str]) -> None:
    users = await UserFactory.create_batch_async(50)
    assert len({user.email for user in users}) == 50
    assert len(inserts) == 1


@pytest.mark.usefixtures("session")
async def test_fifty_orders_of_two_items_are_one_insert_for_each_table(inserts: list[str]) -> None:
    await OrderFactory.create_batch_async(50, with_items=True)
    assert sorted(text.split()[2] for text in inserts) == [
        "order_items",
        "orders",
        "products",
        "users",
    ]


async def test_a_subfactory_is_overridden_by_an_object_or_by_one_of_its_values(
    session: AsyncSession,
) -> None:
    ada = await UserFactory.create_async(email="ada@example.org")
    hers, bobs = (
        await OrderFactory.create_async(user=ada),
        await OrderFactory.create_async(user__email="bob@example.org"),
    )
    assert hers.user is ada
    assert bobs.user.email == "bob@example.org"
    assert await session.scalar(select(func.count()).select_from(User)) == 2


@pytest.mark.usefixtures("session")
async def test_a_subfactory_is_overridden_through_another_one() -> None:
    payment = await PaymentFactory.create_async(captured=True, order__user__name="Ada")
    assert payment.order.user.name == "Ada"
    assert payment.order.status is OrderStatus.PAID
    assert payment.status is PaymentStatus.CAPTURED
    assert payment.reference


@pytest.mark.usefixtures("session")
async def test_what_is_returned_belongs_to_one_order() -> None:
    item = await ReturnItemFactory.create_async(quantity=2)
    assert item.of_return.order is item.order_item.order
    assert item.order_item.order.status is OrderStatus.SHIPPED
    refund = await RefundFactory.create_async(paid_out=True)
    assert refund.of_return.status == "refunded"
    assert refund.reference
    assert (await ReturnFactory.create_async(rejected=True)).rejected_because


def test_an_item_costs_what_its_product_costs() -> None:
    item = OrderItemFactory.build(product__price=Decimal("4.20"))
    assert item.unit_price == Decimal("4.20")


def test_a_trait_stands_for_several_values() -> None:
    assert UserFactory.build(admin=True).role is Role.ADMIN
    assert UserFactory.build(inactive=True).active is False
    assert UserFactory.build(suspended=True).suspended_at.tzinfo is UTC
    assert ProductFactory.build(out_of_stock=True).stock == 0
    assert ProductFactory.build(categorized=True, category__name="Tea").category.name == "Tea"
    assert OutboxMessageFactory.build(sent=True).attempts == 1


@pytest.mark.parametrize("status", ["paid", "shipped", "cancelled"])
async def test_an_order_has_a_trait_for_each_status(session: AsyncSession, status: str) -> None:
    order = await OrderFactory.create_async(**{status: True})
    await session.refresh(order)
    assert order.status == status


async def test_a_deleted_order_says_since_when(session: AsyncSession) -> None:
    order = await OrderFactory.create_async(deleted=True)
    await session.refresh(order)
    assert order.deleted_at is not None


@pytest.mark.usefixtures("session")
async def test_an_order_with_items_has_two_products() -> None:
    order = await OrderFactory.create_async(with_items=True, lines__quantity=3)
    assert len({item.product_id for item in order.items}) == 2
    assert [item.total for item in order.items] == [Decimal("30.00")] * 2


async def test_items_of_ones_own_take_the_place_of_made_ones(session: AsyncSession) -> None:
    tea = await ProductFactory.create_async(name="Tea")
    item = OrderItemFactory.build(order=None, product=tea)
    order = await OrderFactory.create_async(items=[item])
    assert order.items == [item]
    assert await session.scalar(select(func.count()).select_from(Order)) == 1


async def test_favorites_are_products_or_how_many_to_make(session: AsyncSession) -> None:
    tea = await ProductFactory.create_async()
    one = await UserFactory.create_async(favorites=[tea])
    other = await UserFactory.create_async(favorites=2, favorites__price=Decimal(3))
    assert one.favorites == [tea]
    assert [product.price for product in other.favorites] == [3, 3]
    assert (await UserFactory.create_async()).favorites == []
    assert await session.scalar(select(func.count()).select_from(Product)) == 3


async def test_a_given_session_takes_the_place_of_the_tests_own(
    session: AsyncSession, engine: AsyncEngine
) -> None:
    async with AsyncSession(engine) as other:
        user = await UserFactory.create_async(other, name="Ada")
        assert user in other
        assert user not in session


@pytest.mark.usefixtures("session")
async def test_one_in_the_session_that_is_not_valid_raises_as_the_server_says() -> None:
    await UserFactory.create_async(email="ada@example.org")
    with pytest.raises(Exception, match="uq_users_email"):
        await UserFactory.create_async(email="ada@example.org")


async def test_without_a_session_one_sentence_says_what_to_do() -> None:
    with pytest.raises(FactoryError, match="let the test ask for the fixture 'session'"):
        await UserFactory.create_async()


async def test_create_in_a_coroutine_is_refused_in_one_sentence(session: AsyncSession) -> None:
    with pytest.raises(FactoryError, match=r"write `await UserFactory\.create_async"):
        UserFactory.create()
    assert not session.new


async def test_built_objects_are_added_and_flushed_by_hand(session: AsyncSession) -> None:
    order = OrderFactory.build(with_items=True)
    session.add(order)
    await session.flush()
    assert order.user.id
    assert [item.order_id for item in order.items] == [order.id] * 2


async def test_create_works_inside_run_sync(session: AsyncSession) -> None:
    order = await session.run_sync(lambda _: OrderFactory.create(with_items=True))
    assert order in session
    assert all(item.id for item in order.items)


async def test_a_factory_of_factory_boys_own_is_bound_to_the_sync_session(
    session: AsyncSession,
) -> None:
    class Bound(SQLAlchemyModelFactory):
        class Meta:
            model = User
            sqlalchemy_session = session.sync_session
            sqlalchemy_session_persistence = "flush"

        email = Sequence(lambda n: f"bound{n}@example.org")
        name = "Ada"

    users = await session.run_sync(lambda _: Bound.create_batch(2))
    assert all(user.id for user in users)


class TestWithASyncSession:
    @pytest.fixture
    def session(self, database: Database) -> Iterator[Session]:
        engine = create_engine(database.sync_url)
        with Session(engine) as session:
            yield session
        engine.dispose()

    def test_create_saves_as_it_always_did(self, session: Session) -> None:
        order = OrderFactory.create(with_items=True)
        assert order in session
        assert session.scalar(select(func.count()).select_from(Order)) == 1

    @pytest.mark.usefixtures("session")
    async def test_create_async_says_that_it_needs_an_async_session(self) -> None:
        with pytest.raises(FactoryError, match="has no AsyncSession"):
            await UserFactory.create_async()


class Own(DeclarativeBase):
    """A reader's models; a leaf points to its tree, and the tree knows of no leaf."""


class Tree(Own):
    __tablename__ = "trees"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Leaf(Own):
    __tablename__ = "leaves"
    id: Mapped[int] = mapped_column(primary_key=True)
    tree_id: Mapped[int] = mapped_column(ForeignKey("trees.id"))
    tree: Mapped[Tree] = relationship()


class LeafFactory(AsyncFactory[Leaf]):
    class Meta:
        model = Leaf


class TreeFactory(AsyncFactory[Tree]):
    class Meta:
        model = Tree

    name = Sequence(lambda n: f"Tree {n}")
    leaf = RelatedFactory(LeafFactory, "tree")


class NamedLeafFactory(LeafFactory):
    tree = SubFactory(TreeFactory, name="Oak", leaf=None)


async def test_a_readers_own_model_is_saved_with_what_only_points_to_it(
    session: AsyncSession,
) -> None:
    await session.run_sync(lambda sync: Own.metadata.create_all(sync.connection()))
    tree = await TreeFactory.create_async()
    assert await session.scalar(select(Leaf.tree_id)) == tree.id
    assert (await NamedLeafFactory.create_async()).tree.name == "Oak"


@pytest.mark.parametrize("_", [1, 2])
def test_sequences_start_again_in_each_test(_: int) -> None:
    assert UserFactory.build().email == "user0@example.org"
    assert TreeFactory.build().name == "Tree 0"


def test_a_fixture_gives_a_factory(
    user_factory: type[UserFactory],
    product_factory: type[ProductFactory],
    order_factory: type[OrderFactory],
) -> None:
    assert (user_factory, product_factory, order_factory) == (
        UserFactory,
        ProductFactory,
        OrderFactory,
    )


def test_a_provider_that_does_not_exist_is_found_when_it_is_used() -> None:
    class Wrong(AsyncFactory[User]):
        class Meta:
            model = User

        name = Faker("no_such_provider")

    with pytest.raises(AttributeError, match="no_such_provider"):
        Wrong.build()


INI = """
[pytest]
asyncio_default_fixture_loop_scope = session
"""
NAMES = """
import pytest
from nomocks.testing.factories import UserFactory

@pytest.fixture
def fixed():
    return UserFactory.build()

@pytest.mark.parametrize("number", range(4))
def test_it(fixed, number):
    print("NAME", number, fixed.name, UserFactory.build().name, UserFactory.build().email)
"""
PLUGIN = ["-p", "nomocks.testing.factory_fixtures"]
WAYS = [
    pytest.param(["-p", "no:randomly", "-p", "no:xdist"], id="alone"),
    pytest.param(["-p", "randomly", "-p", "no:xdist", "--randomly-seed=7"], id="randomly"),
]


@pytest.mark.parametrize("way", WAYS)
def test_a_test_gets_the_same_values_alone_and_among_others(
    pytester: pytest.Pytester, way: list[str]
) -> None:
    pytester.makeini(INI)
    pytester.makepyfile(test_names=NAMES)

    def names(*arguments: str) -> list[str]:
        outcome = pytester.runpytest_inprocess("-s", *PLUGIN, *way, *arguments)
        return sorted(line[line.index("NAME") :] for line in outcome.outlines if "NAME" in line)

    together = names()
    assert len(set(together)) == 4
    assert all(line.endswith("user2@example.org") for line in together)
    assert [names(f"test_names.py::test_it[{number}]")[0] for number in range(4)] == together


def test_a_factory_that_is_imported_late_is_seeded_too(pytester: pytest.Pytester) -> None:
    pytester.makeini(INI)
    pytester.makepyfile(
        test_late="""
def test_it():
    from nomocks.testing.factories import UserFactory
    print("NAME", UserFactory.build().name)
"""
    )
    seen = {
        line
        for _ in range(2)
        for line in pytester.runpytest_subprocess("-s", *PLUGIN, "-p", "no:randomly").outlines
        if "NAME" in line
    }
    assert len(seen) == 1
