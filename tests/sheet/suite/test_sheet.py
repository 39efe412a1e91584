"""One test for each thing that the cheat sheet shows."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from shop.models import Base, Order, Product, User
from sqlalchemy import func, insert, literal, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from factories import UserFactory, saved


async def test_sessions_are_rolled_back(session, sessions):
    ada = await saved(session, UserFactory.build(admin=True))
    await session.commit()  # releases a savepoint, no more
    session.expunge_all()  # so that the database is asked
    assert (await session.get_one(User, ada.id)).role == "admin"
    async with sessions() as other:
        assert await other.get(User, ada.id)


async def test_nothing_is_left_of_another_test(session):
    users = select(func.count()).select_from(User)
    assert await session.scalar(users) == 0


async def test_an_email_belongs_to_one_user(session):
    await saved(session, UserFactory.build(email="a@b.c"))
    with pytest.raises(IntegrityError) as refused:
        async with session.begin_nested():  # the session lives on
            session.add(UserFactory.build(email="a@b.c"))
    cause = refused.value.driver_exception
    assert cause.constraint_name == "uq_users_email"


async def test_models_and_migrations_agree(connection):
    def differences(sync):
        return compare_metadata(
            MigrationContext.configure(sync), Base.metadata
        )

    assert await connection.run_sync(differences) == []


async def test_what_autogenerate_may_not_see(connection):
    checks = "SELECT conname FROM pg_constraint WHERE contype = 'c'"
    found = set(await connection.scalars(text(checks)))
    assert "ck_products_price_positive" in found


async def test_an_account_is_created(client, session):
    new = {"email": "a@b.c", "name": "A", "password": "long enough"}
    response = await client.post("/users", json=new)
    assert response.status_code == 201
    assert "password" not in response.text
    assert await session.scalar(select(User.email)) == "a@b.c"


async def test_a_list_takes_two_statements(session, statements):
    ada = await saved(session, UserFactory.build())
    await saved(session, Order(user=ada), Order(user=ada))
    session.expunge_all()
    statements.clear()
    query = select(Order).options(selectinload(Order.items))
    assert len((await session.scalars(query)).all()) == 2
    assert len(statements) == 2


async def test_the_index_serves_the_query(session):
    numbers = func.generate_series(1, 5000).alias("n").column
    sku = func.concat("SKU-", numbers)
    rows = select(sku, literal("Pen"), literal(1))
    columns = ["sku", "name", "price"]
    await session.execute(insert(Product).from_select(columns, rows))
    await session.execute(text("ANALYZE products"))
    query = "SELECT * FROM products WHERE sku = 'SKU-7'"
    plan = await session.scalars(text(f"EXPLAIN {query}"))
    assert "Index Scan using uq_products_sku" in "\n".join(plan)


async def test_the_second_buyer_waits(engine):
    async with AsyncSession(engine) as one, AsyncSession(engine) as two:
        one.add(Product(sku="LAMP", name="Lamp", price=1, stock=1))
        await one.commit()
        lock = select(Product).with_for_update()
        await one.scalar(lock)
        waiting = asyncio.create_task(two.scalar(lock))
        blocked = text(
            "SELECT 1 FROM pg_locks WHERE NOT granted"
            " AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        async with asyncio.timeout(5):
            while not await one.scalar(blocked):
                pass  # no sleep: ask
        await one.commit()
        assert await waiting
        await two.execute(text("TRUNCATE products CASCADE"))
        await two.commit()
