"""What the tests of this assignment are run against, and the answers that its probes try."""

from nomocks.mutation.code import Map, Patch, Rewrite
from nomocks.mutation.schema import RENAME_CONSTRAINTS, drop_not_null, exchange_on_delete
from nomocks.mutation.variants import (
    Mutant,
    Probe,
    Reference,
    Task,
    Twin,
    Variants,
    wrong_prediction,
)

TASKS = (
    Task("deletions", "Deletions"),
    Task("trees", "A tree"),
    Task("mend", "A test to mend"),
    Task("receipts", "A test to make fast", statements=12),
    Task("predict", "Predictions", literal=True),
)

REFERENCES = (
    Reference("as-it-is", "the shop's schema as it is"),
    Reference(
        "other-names",
        "the same schema with other constraint names and a column more",
        (
            RENAME_CONSTRAINTS,
            "ALTER TABLE categories ADD COLUMN notes text",
        ),
    ),
)


def deleting_trigger(name: str, event: str, condition: str, action: str) -> tuple[str, ...]:
    """A trigger that deletes rows. "Named" in capitals, it comes before those of foreign keys."""
    return (
        f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN'
        f" IF {condition} THEN {action}; END IF; RETURN coalesce(NEW, OLD); END $$",
        f'CREATE TRIGGER "{name}" {event} FOR EACH ROW EXECUTE FUNCTION "{name}"()',
    )


DELETION_MUTANTS = (
    Mutant(
        name="children-become-roots",
        task="deletions",
        bug="A category that is deleted leaves those below it behind, on top.",
        misconception='cascade="all, delete-orphan" on the relationship reaches the database.',
        hints=(
            "What if the category is deleted by somebody who does not use SQLAlchemy?",
            "Send a DELETE statement for the root of a tree, and count the categories.",
        ),
        killed_by="test_a_tree_goes_with_its_root",
        statements=exchange_on_delete(
            "categories", "fk_categories_parent_id", "parent_id", "categories", "SET NULL"
        ),
    ),
    Mutant(
        name="items-not-added",
        task="deletions",
        bug="An item that is added to the items of an order is not stored.",
        misconception="A cascade is only about deleting.",
        hints=(
            "Is an item in the session because it is in a list?",
            "Append an item to the items of an order that is stored, flush, and count the rows.",
        ),
        killed_by="test_an_item_is_stored_with_its_order",
        code=(Map("shop.models:Order.items", "cascade", "merge, delete, delete-orphan"),),
    ),
    Mutant(
        name="items-set-free",
        task="deletions",
        bug="An item that is taken out of its order is not deleted.",
        misconception='cascade="all" is all.',
        hints=(
            "To delete an order, and to take an item out of it, are two promises.",
            "Load the items of an order, take one out of the list, flush, and count the rows.",
        ),
        killed_by="test_an_item_that_is_taken_out_is_deleted",
        code=(Map("shop.models:Order.items", "cascade", "all"),),
    ),
    Mutant(
        name="children-set-free",
        task="deletions",
        bug="A category that is taken out of its parent's children stays, on top.",
        misconception="What no longer belongs to anybody is gone, for nobody points at it.",
        hints=(
            "Its parent may be NULL, so the database has nothing against it.",
            "Load the children of a category, clear the list, flush, and count the categories.",
        ),
        killed_by="test_a_child_that_is_taken_out_is_deleted",
        code=(Map("shop.models:Category.children", "cascade", "all"),),
    ),
    Mutant(
        name="category-takes-products",
        task="deletions",
        bug="session.delete of a category deletes its products.",
        misconception='cascade="all" is the tidy choice for every relationship.',
        hints=(
            "The foreign key says SET NULL. Who else deletes?",
            "Put a product into a category, session.delete the category, and look for the product.",
        ),
        killed_by="test_products_outlive_their_category",
        code=(Map("shop.models:Category.products", "cascade", "all"),),
    ),
    Mutant(
        name="user-takes-favorites",
        task="deletions",
        bug="session.delete of a user deletes the favorite products.",
        misconception="A cascade on a many-to-many relationship deletes the links.",
        hints=(
            "There are three tables. Which rows does the cascade delete?",
            "It deletes what is loaded: refresh the user's favorites, then delete the user.",
        ),
        killed_by="test_favorite_products_outlive_their_user",
        code=(Map("shop.models:User.favorites", "cascade", "all"),),
    ),
)

DELETION_TWINS = (
    Twin(
        name="tree-by-trigger",
        task="deletions",
        of="children-become-roots",
        summary="a trigger that deletes the categories below, and a foreign key that would refuse",
        statements=(
            *exchange_on_delete(
                "categories", "fk_categories_parent_id", "parent_id", "categories", "NO ACTION"
            ),
            *deleting_trigger(
                "Below",
                "AFTER DELETE ON categories",
                "true",
                "DELETE FROM categories WHERE parent_id = OLD.id",
            ),
        ),
    ),
    Twin(
        name="items-without-merge",
        task="deletions",
        of="items-not-added",
        summary="a cascade of items that adds and deletes, and leaves out what nobody uses",
        code=(Map("shop.models:Order.items", "cascade", "save-update, delete, delete-orphan"),),
    ),
    Twin(
        name="orphans-by-trigger",
        task="deletions",
        of="items-set-free",
        summary="a trigger that deletes an item when it loses its order",
        statements=(
            drop_not_null("order_items", "order_id"),
            *deleting_trigger(
                "Orphans",
                "AFTER UPDATE ON order_items",
                "NEW.order_id IS NULL",
                "DELETE FROM order_items WHERE id = NEW.id",
            ),
        ),
        code=(Map("shop.models:Order.items", "cascade", "all"),),
    ),
    Twin(
        name="lost-children-by-trigger",
        task="deletions",
        of="children-set-free",
        summary="a trigger that deletes a category when it loses its parent",
        statements=deleting_trigger(
            "Orphans",
            "AFTER UPDATE ON categories",
            "NEW.parent_id IS NULL AND OLD.parent_id IS NOT NULL",
            "DELETE FROM categories WHERE id = NEW.id",
        ),
        code=(Map("shop.models:Category.children", "cascade", "all"),),
    ),
    Twin(
        name="products-with-more-cascades",
        task="deletions",
        of="category-takes-products",
        summary="all cascades from a category to its products but the one that deletes",
        code=(
            Map(
                "shop.models:Category.products",
                "cascade",
                "save-update, merge, expunge, refresh-expire",
            ),
        ),
    ),
    Twin(
        name="favorites-with-more-cascades",
        task="deletions",
        of="user-takes-favorites",
        summary="all cascades from a user to the favorites but the one that deletes",
        code=(
            Map(
                "shop.models:User.favorites",
                "cascade",
                "save-update, merge, expunge, refresh-expire",
            ),
        ),
    ),
)

TREE_MUTANTS = (
    Mutant(
        name="tree-too-shallow",
        task="trees",
        bug="tree loads two levels below its root, and no more.",
        misconception="recursion_depth=1 follows the children as far as they go.",
        hints=(
            "How deep is the tree of your test?",
            "Go down to a category three levels below the root, and read its children.",
        ),
        killed_by="test_a_tree_is_loaded_to_the_leaves",
        code=(Patch("given:tree", "recursion_depth=-1", "recursion_depth=1"),),
    ),
    Mutant(
        name="tree-as-remembered",
        task="trees",
        bug="tree gives the children that the session remembers, not those of the database.",
        misconception="A SELECT shows what is in the database.",
        hints=(
            "What if the session holds the tree already, and the table has changed?",
            "Load a tree, hang a category under it by a statement that the session knows nothing "
            "of (synchronize_session=False), load the tree again while you hold the first.",
        ),
        killed_by="test_a_tree_is_as_in_the_database",
        code=(Patch("given:tree", "populate_existing=True", "populate_existing=False"),),
    ),
    Mutant(
        name="ids-of-children",
        task="trees",
        bug="ids_below gives the ids of the children, and of nothing below them.",
        misconception="A query on parent_id finds all that is below.",
        hints=(
            "How deep is the tree of your test?",
            "Ask for the ids below a category that has grandchildren.",
        ),
        killed_by="test_ids_of_all_levels_below",
        code=(Patch("given:ids_below", "select(found.union(child))", "select(found)"),),
    ),
    Mutant(
        name="path-one-up",
        task="trees",
        bug="path_to gives the category and its parent, and nothing above.",
        misconception="The parent's name is the path.",
        hints=(
            "How deep is the category of your test?",
            "Ask for the path to a category that has a grandparent.",
        ),
        killed_by="test_a_path_goes_down_from_the_top",
        code=(
            Patch(
                "given:path_to",
                "select(path.c.name).order_by",
                "select(path.c.name).where(path.c.height <= 1).order_by",
            ),
        ),
    ),
    Mutant(
        name="path-upside-down",
        task="trees",
        bug="path_to begins with the category, and ends with the one on top.",
        misconception="A recursive query gives its rows from the top down.",
        hints=(
            "Do you compare the path, or what is in it?",
            "Compare the whole list with the names in their order, the one on top first.",
        ),
        killed_by="test_a_path_goes_down_from_the_top",
        code=(Patch("given:path_to", "path.c.height.desc()", "path.c.height"),),
    ),
    Mutant(
        name="move-not-committed",
        task="trees",
        bug="move does not commit.",
        misconception="What a later query sees is stored.",
        hints=(
            "A query in the same transaction sees what was flushed. Will it last?",
            "Commit the tree, move a category, roll back, and then look where it hangs.",
        ),
        killed_by="test_a_move_is_committed",
        code=(Patch("given:move", "await session.commit()", "await session.flush()"),),
    ),
    Mutant(
        name="move-below-itself",
        task="trees",
        bug="move hangs a category under one that is below it: the two are then in a circle.",
        misconception="The CHECK constraint parent_id <> id keeps the tree a tree.",
        hints=(
            "A category must not be its own parent. Which other parents must it not have?",
            "Move a category under its grandchild. ValueError must be raised.",
        ),
        killed_by="test_a_category_can_not_be_below_itself",
        code=(
            Patch(
                "given:move",
                "{category_id, *await ids_below(session, category_id)}",
                "{category_id}",
            ),
        ),
    ),
)

TREE_TWINS = (
    Twin(
        name="tree-of-all",
        task="trees",
        of="tree-too-shallow",
        summary="a tree that is put together from the whole table",
        code=(
            Rewrite(
                "given:tree",
                """async def tree(session, root_id):
    everything = (await session.scalars(
        select(Category).order_by(Category.id), execution_options={"populate_existing": 1}
    )).all()
    for one in everything:
        below = [other for other in everything if other.parent_id == one.id]
        set_committed_value(one, "children", below)
    return next((one for one in everything if one.id == root_id), None)
""",
            ),
        ),
    ),
    Twin(
        name="tree-after-expiring",
        task="trees",
        of="tree-as-remembered",
        summary="a tree that is refreshed level by level",
        code=(
            Rewrite(
                "given:tree",
                """async def tree(session, root_id):
    root = await session.get(Category, root_id, populate_existing=False)
    waiting = [] if root is None else [root]
    while waiting:
        one = waiting.pop()
        await session.refresh(one)
        await session.refresh(one, ["children"])
        waiting.extend(one.children)
    return root
""",
            ),
        ),
    ),
    Twin(
        name="ids-level-by-level",
        task="trees",
        of="ids-of-children",
        summary="ids that are asked for level by level",
        code=(
            Rewrite(
                "given:ids_below",
                """async def ids_below(session, root_id):
    level, known = {root_id}, set()
    while level:
        level = set(await session.scalars(
            select(Category.id).where(Category.parent_id.in_(level))
        )) - known
        known |= level
    return known
""",
            ),
        ),
    ),
    Twin(
        name="path-step-by-step",
        task="trees",
        of="path-one-up",
        summary="a path that is climbed in one statement a step",
        code=(
            Rewrite(
                "given:path_to",
                """async def path_to(session, category_id):
    names, where = [], category_id
    while where is not None:
        row = (await session.execute(
            select(Category.name, Category.parent_id).where(Category.id == where)
        )).first()
        if row is None:
            break
        names, where = [row.name, *names], row.parent_id
    return names
""",
            ),
        ),
    ),
    Twin(
        name="path-turned-round",
        task="trees",
        of="path-upside-down",
        summary="a path from the category up, and the list turned round",
        code=(
            Patch(
                "given:path_to",
                "list(await session.scalars(select(path.c.name).order_by(path.c.height.desc())))",
                "(await session.scalars(select(path.c.name).order_by(path.c.height))).all()[::-1]",
            ),
        ),
    ),
    Twin(
        name="move-by-statement",
        task="trees",
        of="move-not-committed",
        summary="a move by an UPDATE statement, flushed and then committed",
        code=(
            Rewrite(
                "given:move",
                """async def move(session, category_id, parent_id):
    below = await ids_below(session, category_id)
    if parent_id == category_id or parent_id in below:
        raise ValueError("A category can't be below itself.")
    await session.execute(
        update(Category).where(Category.id == category_id).values(parent_id=parent_id)
    )
    await session.flush()
    await session.commit()
""",
            ),
        ),
    ),
    Twin(
        name="move-looks-up",
        task="trees",
        of="move-below-itself",
        summary="a move that climbs from the new parent to the top, and looks for the category",
        code=(
            Rewrite(
                "given:move",
                """async def move(session, category_id, parent_id):
    above = parent_id
    while above is not None:
        if above == category_id:
            raise ValueError("A category can't be below itself.")
        above = await session.scalar(select(Category.parent_id).where(Category.id == above))
    moved = await session.get(Category, category_id)
    moved.parent_id = parent_id
    await session.commit()
""",
            ),
        ),
    ),
)

MEND_MUTANTS = (
    Mutant(
        name="label-in-place",
        task="mend",
        bug="label changes the list inside of the object, and nothing is stored.",
        misconception="SQLAlchemy sees every change of an object.",
        hints=(
            "Your test may ask the session. What is in the row?",
            "Select the column, Product.tags, and not the object.",
        ),
        killed_by="test_a_label_is_stored_with_those_before",
        code=(
            Patch("given:label", "product.tags = [*product.tags, tag]", "product.tags.append(tag)"),
        ),
    ),
    Mutant(
        name="label-not-committed",
        task="mend",
        bug="label does not commit.",
        misconception="What a later query sees is stored.",
        hints=(
            "A query in the same transaction sees what was flushed. Will it last?",
            "Roll back after the call, and then select.",
        ),
        killed_by="test_a_label_is_stored_with_those_before",
        code=(Patch("given:label", "await session.commit()", "await session.flush()"),),
    ),
    Mutant(
        name="label-replaces",
        task="mend",
        bug="label forgets the tags that were there before.",
        misconception="An empty list is a good beginning for every test.",
        hints=(
            "With which tags does your product begin?",
            "Give it a tag before the call, and expect both afterwards.",
        ),
        killed_by="test_a_label_is_stored_with_those_before",
        code=(Patch("given:label", "[*product.tags, tag]", "[tag]"),),
    ),
    Mutant(
        name="label-everywhere",
        task="mend",
        bug="label adds the tag to every product.",
        misconception="One row in the table is enough to test an update.",
        hints=(
            "How many products are there in your test?",
            "Store a second product, and look at its tags after the call.",
        ),
        killed_by="test_a_label_is_stored_with_those_before",
        code=(
            Rewrite(
                "given:label",
                """async def label(session, product_id, tag):
    added = func.array_append(Product.tags, tag)
    await session.execute(update(Product).values(tags=added))
    await session.commit()
""",
            ),
        ),
    ),
)

MEND_TWINS = (
    Twin(
        name="label-flagged",
        task="mend",
        of="label-in-place",
        summary="a list that is changed in place, and an attribute that is marked as changed",
        code=(
            Rewrite(
                "given:label",
                """async def label(session, product_id, tag):
    from sqlalchemy.orm.attributes import flag_modified
    product = await session.get(Product, product_id)
    product.tags.append(tag)
    flag_modified(product, "tags")
    await session.commit()
""",
            ),
        ),
    ),
    Twin(
        name="label-flushed-first",
        task="mend",
        of="label-not-committed",
        summary="a flush before the commit",
        code=(
            Patch(
                "given:label",
                "await session.commit()",
                "await session.flush()\n    await session.commit()",
            ),
        ),
    ),
    Twin(
        name="label-by-sum",
        task="mend",
        of="label-replaces",
        summary="a list that is made by adding two",
        code=(Patch("given:label", "[*product.tags, tag]", "list(product.tags) + [tag]"),),
    ),
    Twin(
        name="label-by-statement",
        task="mend",
        of="label-everywhere",
        summary="an UPDATE statement with a condition",
        code=(
            Rewrite(
                "given:label",
                """async def label(session, product_id, tag):
    added = func.array_append(Product.tags, tag)
    await session.execute(update(Product).where(Product.id == product_id).values(tags=added))
    await session.commit()
""",
            ),
        ),
    ),
)

BY_COLUMNS = """async def receipts(session, user_id):
    query = (
        select(Order.id, Product.name, OrderItem.total)
        .outerjoin(OrderItem, OrderItem.order_id == Order.id)
        .outerjoin(Product, Product.id == OrderItem.product_id)
        .where(Order.user_id == user_id)
        .order_by(Order.id)
    )
    found = {}
    for id, name, total in await session.execute(query):
        names, totals = found.setdefault(id, (set(), []))
        if name is not None:
            names.add(name)
            totals.append(total)
    return [(names, sum(totals, Decimal(0))) for names, totals in found.values()]
"""

RECEIPT_MUTANTS = (
    Mutant(
        name="items-one-by-one",
        task="receipts",
        bug="receipts sends a statement for the items of each order.",
        misconception="awaitable_attrs loads for all orders at once.",
        hints=(
            "The limit is yours to use: how many statements may the function send until it breaks?",
            "Store six orders, empty the session by expunge_all, and call the function.",
        ),
        killed_by="test_receipts",
        code=(
            Rewrite(
                "given:receipts",
                """async def receipts(session, user_id):
    query = select(Order).where(Order.user_id == user_id).order_by(Order.id)
    found = []
    for order in await session.scalars(query):
        items = await order.awaitable_attrs.items
        names = {(await item.awaitable_attrs.product).name for item in items}
        found.append((names, sum((item.total for item in items), Decimal(0))))
    return found
""",
            ),
        ),
    ),
    Mutant(
        name="receipts-without-empty-ones",
        task="receipts",
        bug="receipts leaves out orders that have no items.",
        misconception="A join keeps all rows of the table that it begins with.",
        hints=(
            "Which of your orders is unlike the others?",
            "Store an order without items among them. It has a receipt, with no names and 0.",
        ),
        killed_by="test_receipts",
        code=(Rewrite("given:receipts", BY_COLUMNS.replace("outerjoin", "join")),),
    ),
    Mutant(
        name="receipts-of-everybody",
        task="receipts",
        bug="receipts gives the orders of all users.",
        misconception="With one user in the table, a condition on the user is tested.",
        hints=(
            "How many users are there in your test?",
            "Let a second user have an order.",
        ),
        killed_by="test_receipts_of_one_user",
        code=(Patch("given:receipts", ".where(Order.user_id == user_id)", ""),),
    ),
    Mutant(
        name="receipts-of-one-piece",
        task="receipts",
        bug="receipts adds up the prices of one piece each.",
        misconception="A test with a quantity of 1 shows that the sum is right.",
        hints=(
            "With which quantity do price and total differ?",
            "Buy two of something.",
        ),
        killed_by="test_receipts",
        code=(Patch("given:receipts", "item.total for item", "item.unit_price for item"),),
    ),
    Mutant(
        name="receipts-newest-first",
        task="receipts",
        bug="receipts begins with the newest order.",
        misconception="What a list holds is tested, so its order is.",
        hints=(
            "Would your test notice if the list were turned round?",
            "Let the orders differ, and compare the whole list.",
        ),
        killed_by="test_receipts",
        code=(Patch("given:receipts", "order_by(Order.id)", "order_by(Order.id.desc())"),),
    ),
)

RECEIPT_TWINS = (
    Twin(
        name="receipts-joined",
        task="receipts",
        of="items-one-by-one",
        summary="one statement, by joinedload and unique()",
        code=(
            Rewrite(
                "given:receipts",
                """async def receipts(session, user_id):
    query = select(Order).where(Order.user_id == user_id).order_by(Order.id)
    query = query.options(joinedload(Order.items).joinedload(OrderItem.product))
    found = []
    for order in (await session.scalars(query)).unique():
        items = await order.awaitable_attrs.items
        names = {(await item.awaitable_attrs.product).name for item in items}
        found.append((names, sum((item.total for item in items), Decimal(0))))
    return found
""",
            ),
        ),
    ),
    Twin(
        name="receipts-by-columns",
        task="receipts",
        of="receipts-without-empty-ones",
        summary="one statement that selects columns by outer joins",
        code=(Rewrite("given:receipts", BY_COLUMNS),),
    ),
    Twin(
        name="receipts-filtered-otherwise",
        task="receipts",
        of="receipts-of-everybody",
        summary="the orders of a user by filter_by",
        code=(
            Patch(
                "given:receipts", ".where(Order.user_id == user_id)", ".filter_by(user_id=user_id)"
            ),
        ),
    ),
    Twin(
        name="receipts-multiplied",
        task="receipts",
        of="receipts-of-one-piece",
        summary="a sum of quantity times price",
        code=(
            Patch(
                "given:receipts", "item.total for item", "item.quantity * item.unit_price for item"
            ),
        ),
    ),
    Twin(
        name="receipts-turned-round",
        task="receipts",
        of="receipts-newest-first",
        summary="the newest order first in the query, and the list turned round",
        code=(
            Patch("given:receipts", "order_by(Order.id)", "order_by(Order.id.desc())"),
            Patch("given:receipts", "return found", "return found[::-1]"),
        ),
    ),
)

PROBES = (
    Probe(
        test="test_get_and_select",
        task="predict",
        promise="The prediction for get_and_select is right.",
        hints=(
            "One of get and select looks into the identity map before it asks.",
            "get sends nothing for an object that the session holds. A select is always sent.",
        ),
    ),
    Probe(
        test="test_stale_or_fresh",
        task="predict",
        promise="The prediction for stale_or_fresh is right.",
        hints=(
            "The row is found by its new name. What does the session do with what comes back?",
            "The session holds the object of that row already, and keeps it as it is.",
        ),
    ),
    Probe(
        test="test_two_collections",
        task="predict",
        promise="The prediction for two_collections is right.",
        hints=(
            "Does the number of orders matter to selectinload?",
            "One statement for the orders, and one for each relationship.",
        ),
    ),
    Probe(
        test="test_nothing_found",
        task="predict",
        promise="The prediction for nothing_found is right.",
        hints=(
            "What would stand in the IN list of the second statement?",
            "Without an order there is nothing to load items for.",
        ),
    ),
    Probe(
        test="test_delete_alone",
        task="predict",
        promise="The prediction for delete_alone is right.",
        hints=(
            "What does passive_deletes=True on Order.items mean for items that are not loaded?",
            "SQLAlchemy leaves them to the foreign key, and says nothing about them. The same "
            "goes for payments.",
        ),
    ),
    Probe(
        test="test_delete_with_items",
        task="predict",
        promise="The prediction for delete_with_items is right.",
        hints=(
            "The items are loaded. Who deletes them now?",
            "SQLAlchemy, in one statement for all items of the order, and before the order.",
        ),
    ),
    Probe(
        test="test_deleted_yet",
        task="predict",
        promise="The prediction for deleted_yet is right.",
        hints=(
            "What does session.delete send?",
            "Nothing: it makes a note for the next flush. The state changes with the statement.",
        ),
    ),
    Probe(
        test="test_after_a_rollback",
        task="predict",
        promise="The prediction for after_a_rollback is right.",
        hints=(
            "The INSERT was undone. Is there a row, and does a session know the object?",
            "It is as if it had never been added.",
        ),
    ),
    Probe(
        test="test_time_of_the_update",
        task="predict",
        promise="The prediction for time_of_the_update is right.",
        hints=(
            "Who chose the new time, and did it come back?",
            "An UPDATE brings nothing back, so the attribute is expired. Reading it would need a "
            "statement, and reading an attribute can't await one.",
        ),
    ),
    Probe(
        test="test_price_of_three_digits",
        task="predict",
        promise="The prediction for price_of_three_digits is right.",
        hints=(
            "Who rounds, and when does the object hear of it?",
            "PostgreSQL rounds to two places. A value that you gave does not come back with the "
            "INSERT, so the object keeps yours until it is refreshed.",
        ),
    ),
)

RIGHT = """PREDICTED = dict(
    get_and_select=1 + 1,
    stale_or_fresh="A",
    two_collections=1 + 2,
    nothing_found=1,
    delete_alone=["DELETE orders"],
    delete_with_items=("DELETE order_items", "DELETE orders"),
    deleted_yet=("persistent", "deleted"),
    after_a_rollback="transient",
    time_of_the_update="MissingGreenlet",
    price_of_three_digits=(Decimal("9.999"), Decimal(10)),
)
"""


def wrong(program: str, right: str, predicted: str, misconception: str) -> Mutant:
    """A wrong prediction, named after its program."""
    name = f"predicted-{program.replace('_', '-')}"
    return wrong_prediction(name, program, right, predicted, misconception)


PREDICT_MUTANTS = (
    wrong("get_and_select", "2", "1", "A select of what the session holds is not sent."),
    wrong("stale_or_fresh", '"A"', '"B"', "A SELECT brings the object up to date."),
    wrong("two_collections", "3", "5", "selectinload sends a statement for each order."),
    wrong("nothing_found", "1", "2", "selectinload always sends its second statement."),
    wrong(
        "delete_alone",
        '["DELETE orders"]',
        '["SELECT order_items", "DELETE order_items", "DELETE orders"]',
        "A cascade loads what it deletes, always.",
    ),
    wrong(
        "delete_with_items",
        '["DELETE order_items", "DELETE orders"]',
        '["DELETE orders"]',
        "passive_deletes leaves all items to the database.",
    ),
    wrong(
        "deleted_yet",
        '["persistent", "deleted"]',
        '["deleted", "detached"]',
        "session.delete deletes.",
    ),
    wrong("after_a_rollback", '"transient"', '"detached"', "Whoever had an id stays detached."),
    wrong("time_of_the_update", '"MissingGreenlet"', "True", "A flush brings all values back."),
    wrong(
        "price_of_three_digits",
        '[Decimal("9.999"), Decimal("10.00")]',
        '[Decimal("10.00"), Decimal("10.00")]',
        "RETURNING brings all values back.",
    ),
)

PREDICT_TWINS = (
    Twin(
        name="predicted-as-tuples",
        task="predict",
        of="predicted-deleted-yet",
        summary="the right values, written otherwise",
        answer=RIGHT,
    ),
)

VARIANTS = Variants(
    tasks=TASKS,
    references=REFERENCES,
    twins=DELETION_TWINS + TREE_TWINS + MEND_TWINS + RECEIPT_TWINS + PREDICT_TWINS,
    mutants=DELETION_MUTANTS + TREE_MUTANTS + MEND_MUTANTS + RECEIPT_MUTANTS + PREDICT_MUTANTS,
    probes=PROBES,
)
