"""Uses a factory that commits, and looks at what is left when it has cleaned up."""

import answer
import pytest
from answer import *  # noqa: F403
from given import AsyncSession, IntegrityError, Product, count, delete, select

from nomocks.testing.factories import ProductFactory

pytestmark = pytest.mark.isolation("delete")


@pytest.fixture(autouse=True)
def there():
    assert hasattr(answer, "make_product"), "Your cell defines no fixture of the name make_product."


@pytest.fixture
async def nothing_left(engine):
    """Set up before the factory, so that it looks after that has been torn down."""
    yield
    async with AsyncSession(engine) as another:
        left = await count(another, Product)
    assert left == 0, f"After the test {left} of its products are still in the database."


@pytest.fixture
async def anothers(engine):
    """A product that somebody else has committed, and counts on."""
    async with AsyncSession(engine, expire_on_commit=False) as another:
        product = ProductFactory.build(sku="ANOTHERS")
        another.add(product)
        await another.commit()
    yield product
    async with AsyncSession(engine) as another:
        found = await another.scalar(select(Product.sku).where(Product.id == product.id))
    assert found, "A product that your fixture has not made is gone after the test."


async def test_two_calls_make_two_products(engine, make_product):
    one, other = await make_product(), await make_product()
    assert one is not other, "Two calls have returned the same object."
    async with AsyncSession(engine) as another:
        seen = await count(another, Product)
    assert seen == 2, f"After two calls another connection sees {seen} products."


async def test_values_are_taken(engine, make_product):
    given = {"price": 25, "stock": 0, "tags": ["new"], "attributes": {"color": "red"}}
    product = await make_product(**given)
    async with AsyncSession(engine) as another:
        stored = await another.get_one(Product, product.id)
        wrong = [name for name, value in given.items() if getattr(stored, name) != value]
    assert not wrong, f"The product was made with {given}, and stored with another {wrong[0]}."


async def test_products_share_nothing(make_product):
    one, other = await make_product(), await make_product()
    one.attributes["color"] = "red"
    one.tags.append("new")
    shared = other.attributes.get("color") or other.tags
    assert not shared, f"What was done to one product is seen in another: {shared}."


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("number", [0, 1, 3])
async def test_all_are_gone_afterward(make_product, number):
    for _ in range(number):
        await make_product()


@pytest.mark.usefixtures("anothers")
async def test_those_of_others_stay(make_product):
    await make_product()


@pytest.mark.usefixtures("nothing_left")
async def test_a_test_may_delete_one(engine, make_product):
    mine, _ = await make_product(), await make_product()
    async with AsyncSession(engine) as another:
        await another.execute(delete(Product).where(Product.id == mine.id))
        await another.commit()


@pytest.mark.usefixtures("nothing_left")
async def test_a_call_that_fails(make_product):
    await make_product(sku="LAMP-1")
    with pytest.raises(IntegrityError):
        await make_product(sku="LAMP-1")
    try:
        await make_product(sku="LAMP-2")
    except Exception as error:
        pytest.fail(f"After a call that has failed, the next one raises {type(error).__name__}.")
