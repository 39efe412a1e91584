"""Races of threads, with a sync engine: as those of tasks."""

import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import count

import pytest
from sqlalchemy import Engine, MetaData, create_engine, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from nomocks.postgres import Database, Server
from nomocks.testing.databases import template_of
from nomocks.testing.races import (
    COMMIT,
    RaceError,
    after,
    at,
    before,
    deadlock,
    point,
    serialization_failure,
    thread_race,
)
from shop.models import Product, User

TIMES = range(20)
numbers = count()


@pytest.fixture(scope="module")
def race_database(server: Server, metadata: MetaData) -> Iterator[Database]:
    with server.create_database(template=template_of(server, metadata)) as database:
        yield database


@pytest.fixture(scope="module")
def engine(race_database: Database) -> Iterator[Engine]:
    engine = create_engine(race_database.sync_url)
    yield engine
    engine.dispose()


@pytest.fixture(autouse=True)
def _nothing_stays_open(engine: Engine) -> Iterator[None]:
    yield
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert {thread.name for thread in threading.enumerate()}.isdisjoint({"ada", "bob"})


def new_product(engine: Engine) -> int:
    number = next(numbers)
    with Session(engine, expire_on_commit=False) as session:
        product = Product(sku=f"P{number}", name=f"P{number}", price=Decimal(1), stock=10)
        session.add(product)
        session.commit()
        return product.id


def stock_of(engine: Engine, id: int) -> int:
    with Session(engine) as session:
        return session.scalars(select(Product.stock).where(Product.id == id)).one()


def sells(id: int, *, locks: bool = False) -> Callable[[Session], None]:
    def sell(session: Session) -> None:
        query = select(Product).where(Product.id == id)
        product = session.scalars(query.with_for_update() if locks else query).one()
        point("thinks")
        product.stock -= 1
        session.flush()

    return sell


def changes(*ids: int) -> Callable[[Session], None]:
    def change(session: Session) -> None:
        for id in ids:
            session.execute(update(Product).where(Product.id == id).values(stock=Product.stock - 1))

    return change


def code_of(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None))


def test_an_update_is_lost(engine: Engine) -> None:
    for _ in TIMES:
        id = new_product(engine)
        with thread_race(engine) as run:
            ada, bob = run.start("ada", sells(id)), run.start("bob", sells(id))
            ada.until(at("thinks"))
            bob.finish()
            ada.finish()
        assert stock_of(engine, id) == 9


def test_for_update_makes_the_second_one_wait(engine: Engine) -> None:
    for _ in TIMES:
        id = new_product(engine)
        with thread_race(engine) as run:
            ada = run.start("ada", sells(id, locks=True))
            bob = run.start("bob", sells(id, locks=True))
            ada.until(before("UPDATE products"))
            bob.until_blocked()
            ada.until(after(COMMIT))
            bob.finish()
            ada.finish()
        assert stock_of(engine, id) == 8


@pytest.mark.parametrize("victim", ["ada", "bob"])
def test_a_deadlock_fails_the_one_that_goes_on_last(engine: Engine, victim: str) -> None:
    for _ in TIMES:
        one, two = new_product(engine), new_product(engine)
        with thread_race(engine) as run:
            racers = {
                "ada": run.start("ada", changes(one, two)),
                "bob": run.start("bob", changes(two, one)),
            }
            loser = racers.pop(victim)
            (winner,) = racers.values()
            winner.until(after("UPDATE products"))
            loser.until(after("UPDATE products"))
            winner.until_blocked()
            with pytest.raises(DBAPIError) as failure:
                loser.finish()
            winner.finish()
        assert code_of(failure.value) == "40P01"
        assert stock_of(engine, one) == stock_of(engine, two) == 9


def test_repeatable_read_refuses_to_lose_the_update(engine: Engine) -> None:
    for _ in TIMES:
        id = new_product(engine)
        with thread_race(sessionmaker(engine)) as run:
            ada = run.start("ada", sells(id), isolation_level="REPEATABLE READ")
            bob = run.start("bob", sells(id))
            ada.until(at("thinks"))
            bob.finish()
            with pytest.raises(DBAPIError) as failure:
                ada.finish()
        assert code_of(failure.value) == "40001"


def test_a_schedule_that_cant_happen_says_who_holds_the_lock(engine: Engine) -> None:
    id = new_product(engine)
    with thread_race(engine, seconds=60) as run:
        ada, bob = run.start("ada", sells(id, locks=True)), run.start("bob", changes(id))
        ada.until(before(COMMIT))
        with pytest.raises(RaceError, match="and waits for ada; ada is held before COMMIT"):
            bob.finish()
    assert stock_of(engine, id) == 10


def test_a_statement_that_takes_too_long_is_cancelled(engine: Engine) -> None:
    with (
        pytest.raises(RaceError, match=r"within 0\.1 s: ada executes SELECT pg_sleep"),
        thread_race(engine, seconds=0.1) as run,
    ):
        run.start("ada", lambda session: session.execute(text("SELECT pg_sleep(60)"))).finish()


def test_what_nobody_has_heard_of_is_raised_in_the_end(engine: Engine) -> None:
    def add(session: Session) -> None:
        session.add(User(email="ada@example.org", name="Ada"))
        session.flush()

    def run_them() -> None:
        with thread_race(engine) as run:
            ada, bob = run.start("ada", add), run.start("bob", add)
            ada.until(before(COMMIT))
            bob.until_blocked()
            ada.finish()
            bob.news.wait()

    with pytest.raises(IntegrityError, match="uq_users_email"):
        run_them()


def test_a_race_needs_a_connection_for_each_participant(engine: Engine) -> None:
    with (
        engine.connect() as connection,
        pytest.raises(RaceError, match="needs a connection for each participant"),
        thread_race(sessionmaker(connection)),
    ):
        pass


def test_a_conflict_on_demand_lets_the_next_try_through(engine: Engine) -> None:
    id = new_product(engine)
    with deadlock(engine, "UPDATE products"):
        assert trying_again(sessionmaker(engine), changes(id)) == ["40P01"]
    serializable = engine.execution_options(isolation_level="SERIALIZABLE")
    with serialization_failure(engine, "UPDATE products"):
        assert trying_again(sessionmaker(serializable), changes(id)) == ["40001"]
    assert stock_of(engine, id) == 8


def trying_again(sessions: sessionmaker[Session], work: Callable[[Session], None]) -> list[str]:
    codes: list[str] = []
    for _ in range(3):
        try:
            with sessions.begin() as session:
                work(session)
            break
        except DBAPIError as error:
            codes.append(code_of(error))
    return codes
