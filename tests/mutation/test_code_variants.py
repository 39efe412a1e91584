"""A change of code reaches everybody, fails loudly where it can't be made, and leaves no trace."""

import re
import traceback

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from nomocks.mutation.code import Change, Map, Patch, Rewrite, Set, Swap, SwapModule, applied
from nomocks.mutation.errors import VariantError
from shop.models import Category, Order, User
from tests.mutation import otherwise, planted
from tests.mutation.planted import LIMIT, Thing, add_two, decorated, double, fails, later

HERE = "tests.mutation.planted"


def test_whoever_has_imported_a_function_runs_the_new_code() -> None:
    with applied([Patch(f"{HERE}:double", "* 2", "* 3")]):
        assert (double(2, plus=1), planted.double(2)) == (7, 6)
    assert double(2) == 4


def test_defaults_change_too() -> None:
    with applied([Patch(f"{HERE}:double", "plus: int = 0", "plus: int = 5")]):
        assert double(1) == 7
    assert double(1) == 2


def test_a_decorated_function_is_changed_under_its_decorators() -> None:
    with applied([Patch(f"{HERE}:decorated", "+ 1", "+ 2")]):
        assert decorated(1) == ("logged", 3)
    assert decorated(1) == ("logged", 2)


async def test_an_async_function_stays_one() -> None:
    with applied([Patch(f"{HERE}:later", "+ LIMIT", "- LIMIT")]):
        assert await later(1) == 1 - LIMIT
    assert await later(1) == 1 + LIMIT


async def test_an_async_context_manager_is_changed() -> None:
    with applied([Patch(f"{HERE}:block", "original", "changed")]):
        async with planted.block() as found:
            assert found == "changed"


def test_methods_static_methods_and_properties_are_changed() -> None:
    with applied(
        [
            Patch(f"{HERE}:Thing.name", " thing", " bug"),
            Patch(f"{HERE}:Thing.made", "original", "changed"),
            Patch(f"{HERE}:Thing.large", "> 1", ">= 1"),
        ]
    ):
        assert (Thing().name(), Thing.made(), Thing().large) == ("base bug", "changed", True)
    assert (Thing().name(), Thing.made(), Thing().large) == ("base thing", "original", False)


def test_a_function_with_outer_variables_keeps_them() -> None:
    with applied([Patch(f"{HERE}:add_two", "number + step", "number - step")]):
        assert add_two(5) == 3
    assert add_two(5) == 7


def test_a_function_is_written_anew_and_sees_its_module() -> None:
    source = "def double(number, *, plus=0):\n    return LIMIT"
    with applied([Rewrite(f"{HERE}:double", source)]):
        assert double(1) == LIMIT


async def test_another_function_stands_in_with_its_own_globals() -> None:
    with applied([Swap(f"{HERE}:double", "tests.mutation.otherwise:double")]):
        assert double(2, plus=1) == 5
    with applied([Swap(f"{HERE}:later", "tests.mutation.otherwise:later")]):
        assert await later(1) == 4


async def test_a_module_stands_in_for_another() -> None:
    with applied([SwapModule(HERE, "tests.mutation.otherwise")]):
        assert "FACTOR" not in double.__code__.co_names
        assert otherwise.double in double.__code__.co_consts
        assert (double(2), await later(1)) == (4, 4)
    assert double.__code__.co_consts == (None, 2)


def test_a_value_is_set_also_where_it_was_imported() -> None:
    with applied([Set(f"{HERE}:LIMIT", 10), Set(f"{HERE}:Thing.size", 5)]):
        assert (planted.LIMIT, globals()["LIMIT"], Thing().large) == (10, 10, True)
    assert (planted.LIMIT, globals()["LIMIT"], Thing().large) == (3, 3, False)


def test_a_traceback_shows_the_changed_line() -> None:
    with applied([Patch(f"{HERE}:fails", "ok = True", "ok = False")]):
        with pytest.raises(AssertionError) as caught:
            fails()
        shown = "".join(traceback.format_exception(caught.value))
    assert "assert ok" in shown
    assert "variant" in shown


def test_all_is_as_it_was_after_an_error() -> None:
    with (
        pytest.raises(ZeroDivisionError),
        applied([Patch(f"{HERE}:double", "* 2", "* 3"), Set(f"{HERE}:LIMIT", 10)]),
    ):
        raise ZeroDivisionError
    with pytest.raises(VariantError), applied([Set(f"{HERE}:LIMIT", 10), Set(f"{HERE}:NONE", 1)]):
        pass
    assert (double(2), planted.LIMIT) == (4, 3)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Patch("double", "a", "b"), "write it as module:name"),
        (Patch("no.such.module:x", "a", "b"), "no module 'no.such.module'"),
        (Patch(f"{HERE}:nothing", "a", "b"), "has no 'nothing'"),
        (Patch(f"{HERE}:Nothing.name", "a", "b"), "has no 'Nothing'"),
        (Patch(f"{HERE}:LIMIT", "3", "4"), "is no function"),
        (Patch(f"{HERE}:double", "* 7", "* 3"), "0 times"),
        (Patch(f"{HERE}:double", "plus", "minus"), "2 times"),
        (Patch(f"{HERE}:double", "* 2", "*  2"), "does what the original does"),
        (Patch(f"{HERE}:double", "* 2", "* ("), "no Python"),
        (Rewrite(f"{HERE}:double", "LIMIT = 3"), "must end with the function"),
        (Rewrite(f"{HERE}:double", ""), "no Python"),
        (Rewrite(f"{HERE}:add_two", "def add(number):\n    return number"), "outer variables"),
        (Swap(f"{HERE}:double", f"{HERE}:double"), "the same function"),
        (Swap(f"{HERE}:add_two", f"{HERE}:double"), "outer function"),
        (SwapModule(HERE, "tests.mutation.otherwise", ("fails",)), "do not both have fails"),
        (SwapModule(HERE, HERE), "nothing would be changed"),
        (SwapModule("no.such", HERE), "no module 'no.such'"),
        (Set(f"{HERE}:LIMIT", 3), "is 3 already"),
        (Set("shop.models:Order.status", 3), "is mapped"),
        (Map("shop.models:Order.items", "lazy", "joined"), "choose one of cascade"),
        (Map("shop.models:Order", "cascade", "all"), "name a relationship"),
        (Map("shop.models:Order.items", "version_id_col", None), "name a mapped class"),
        (Map("shop.models:User", "version_id_col", None), "is None already"),
        (Map("shop.models:Order.items", "cascade", "all, delete-orphan"), "already"),
    ],
)
def test_what_cannot_be_changed_is_told_in_one_sentence(change: Change, said: str) -> None:
    with pytest.raises(VariantError, match=re.escape(said)) as caught, applied([change]):
        pass
    assert "\n" not in str(caught.value)
    assert (double(2), planted.LIMIT) == (4, 3)


async def category_without_child(session: AsyncSession) -> int | None:
    """Take a child out of its category, and count what is left of it."""
    session.add(Category(name="parent", children=[Category(name="child")]))
    await session.flush()
    parent = await session.scalar(
        select(Category).options(selectinload(Category.children)).where(Category.name == "parent")
    )
    assert parent is not None
    parent.children.clear()
    await session.flush()
    count = select(func.count()).select_from(Category).where(Category.name == "child")
    return await session.scalar(count)


async def test_a_cascade_is_taken_away_and_given_back(session: AsyncSession) -> None:
    for left in (0, 1, 0):
        changes = [Map("shop.models:Category.children", "cascade", "save-update, merge")]
        with applied(changes if left else []):
            savepoint = await session.begin_nested()
            assert await category_without_child(session) == left
            await savepoint.rollback()
            session.expunge_all()


async def test_a_version_column_is_taken_away_and_given_back(session: AsyncSession) -> None:
    for version in (2, 1, 2):
        changes = [Map("shop.models:Order", "version_id_col", None)]
        with applied(changes if version == 1 else []):
            order = Order(user=User(email=f"{id(changes)}@example.org", name="Ada"), version=1)
            session.add(order)
            await session.flush()
            order.deleted_at = await session.scalar(select(func.now()))
            await session.flush()
            await session.refresh(order)
            assert order.version == version
            await session.rollback()
