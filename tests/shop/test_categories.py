"""The tree of categories."""

import pytest
from sqlalchemy import select

from shop.errors import Conflict, NotFound
from shop.models import Category


def drawn(categories, depth=0):
    """The tree as lines, each as far in as it is deep."""
    return [
        line
        for category in categories
        for line in ("-" * depth + category.name, *drawn(category.children, depth + 1))
    ]


async def test_a_category_is_stored_under_its_parent(session, shop):
    media = await shop.catalogue.create_category(session, name="Media")
    books = await shop.catalogue.create_category(session, name="Books", parent_id=media.id)
    stored = await session.execute(select(Category.name, Category.parent_id).order_by(Category.id))
    assert stored.all() == [("Media", None), ("Books", media.id)]
    assert (books.name, books.parent_id) == ("Books", media.id)


async def test_a_category_of_no_parent_that_exists_is_refused(session, shop):
    with pytest.raises(NotFound, match="category 12345"):
        await shop.catalogue.create_category(session, name="Lost", parent_id=12345)
    assert await shop.catalogue.category_tree(session) == []


async def test_two_categories_of_one_parent_differ_in_name(session, shop):
    first = await shop.catalogue.create_category(session, name="Books")
    with pytest.raises(Conflict, match="Books"):
        await shop.catalogue.create_category(session, name="Books")
    await shop.catalogue.create_category(session, name="Books", parent_id=first.id)
    with pytest.raises(Conflict, match="Books"):
        await shop.catalogue.create_category(session, name="Books", parent_id=first.id)


async def test_the_tree_of_an_empty_shop_is_empty(session, shop):
    assert await shop.catalogue.category_tree(session) == []


async def test_the_tree_holds_every_category_with_siblings_by_name(session, shop):
    tools = await shop.catalogue.create_category(session, name="Tools")
    media = await shop.catalogue.create_category(session, name="Media")
    music = await shop.catalogue.create_category(session, name="Music", parent_id=media.id)
    books = await shop.catalogue.create_category(session, name="Books", parent_id=media.id)
    for name in ("Jazz", "Folk"):
        await shop.catalogue.create_category(session, name=name, parent_id=music.id)
    await shop.catalogue.create_category(session, name="Novels", parent_id=books.id)
    session.expire_all()
    tree = await shop.catalogue.category_tree(session)
    assert tree == [media, tools]
    assert drawn(tree) == [
        "Media", "-Books", "--Novels", "-Music", "--Folk", "--Jazz", "Tools",
    ]  # fmt: skip


async def test_siblings_come_in_the_order_of_the_database_s_language(session, shop):
    for name in ("Zoo", "éclairs", "apples", "Eels"):
        await shop.catalogue.create_category(session, name=name)
    by_name = (await session.scalars(select(Category.name).order_by(Category.name))).all()
    assert drawn(await shop.catalogue.category_tree(session)) == by_name


async def test_the_tree_shows_what_was_added_since_it_was_last_read(session, shop):
    media = await shop.catalogue.create_category(session, name="Media")
    assert drawn(await shop.catalogue.category_tree(session)) == ["Media"]
    books = await shop.catalogue.create_category(session, name="Books", parent_id=media.id)
    assert drawn(await shop.catalogue.category_tree(session)) == ["Media", "-Books"]
    await session.delete(books)
    assert drawn(await shop.catalogue.category_tree(session)) == ["Media"]


async def test_reading_the_tree_changes_nothing(session, shop):
    media = await shop.catalogue.create_category(session, name="Media")
    await shop.catalogue.create_category(session, name="Books", parent_id=media.id)
    session.expire_all()
    await shop.catalogue.category_tree(session)
    assert not session.dirty
    await session.flush()
    assert drawn(await shop.catalogue.category_tree(session)) == ["Media", "-Books"]
