"""The code, the schemas and the answers of this assignment: what scales, and what does not."""

from nomocks.mutation.code import Patch, Rewrite
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
    Task("board", "The board"),
    Task("indexes", "Indexes"),
    Task("mend", "A test that can't fail"),
    Task("budget", "A budget"),
    Task("predict", "Predictions", literal=True),
)

NEWEST, ITEMS, BOARD = "given:newest", "given:items_of", "given:board"
NAME, COUNT = "row.name", "items.get(row.id, 0)"
PLACE = "place < tuple_(before.placed_at, before.id)"
ORDER = "Order.placed_at.desc(), Order.id.desc()"
OF_IDS = ".where(OrderItem.order_id.in_(ids))"
OF_CUSTOMER, OLDER, WITH_EMAIL = "given:of_customer", "given:older", "given:with_email"
OF_USER = "Order.user_id == user_id"
BEHIND = "place < tuple_(placed_at, id)"
EMAIL = "User.email == email"
IN_STOCK, RATINGS, WINDOW = "given:in_stock", "given:ratings_of", "given:window"
CATEGORY, RATING = "row.category, ratings", "ratings.get(row.id)"

IN_ONE_STATEMENT = """async def board(session, *, limit=20, before=None):
    items = select(func.count(OrderItem.id)).where(OrderItem.order_id == Order.id)
    query = newest(limit, before).add_columns(items.correlate(Order).scalar_subquery())
    rows = await session.execute(query)
    return [Line(id, placed_at, name, items) for id, placed_at, _, name, items in rows]
"""

REFERENCES = (
    Reference("as-it-is", "the code and the schema as they are"),
    Reference(
        "otherwise",
        "the board in one statement, and other names of the indexes",
        (
            "ALTER INDEX ix_orders_user_id RENAME TO orders_of_a_user",
            "ALTER INDEX ix_orders_placed_at_id RENAME TO orders_in_order",
            "ALTER TABLE users RENAME CONSTRAINT uq_users_email TO one_user_an_address",
            "ALTER TABLE orders ADD COLUMN notes text",
        ),
        (Rewrite(BOARD, IN_ONE_STATEMENT),),
    ),
)


def index(name: str, *created: str) -> tuple[str, ...]:
    """Another index on orders in place of one; or several; or none."""
    return (f"DROP INDEX {name}", *(f"CREATE INDEX ON orders {each}" for each in created))


BOARD_MUTANTS = (
    Mutant(
        name="name-by-name",
        task="board",
        bug="The name of each order's customer is asked for in a statement of its own.",
        misconception="A statement for one name is cheap.",
        hints=(
            "How many statements does a board of eight orders send?",
            "Count the statements of board() with several orders of different customers.",
        ),
        killed_by="test_what_it_costs",
        code=(
            Patch(
                BOARD,
                NAME,
                "(await session.scalar("
                "select(User.name).join(User.orders).where(Order.id == row.id)))",
            ),
        ),
    ),
    Mutant(
        name="customer-by-customer",
        task="board",
        bug="Each customer is loaded in a statement of its own, and then known.",
        misconception="session.get() costs nothing, since the session remembers.",
        hints=(
            "What does the session know already in your test, and whom?",
            "Give each order a customer of its own, and call session.expunge_all().",
        ),
        killed_by="test_what_it_costs",
        code=(Patch(BOARD, NAME, "(await session.get_one(User, row.user_id)).name"),),
    ),
    Mutant(
        name="asked-again-for-none",
        task="board",
        bug="For each order without items, its items are counted once more.",
        misconception="`or` tells what is missing from what is zero.",
        hints=(
            "Which orders might take another way through the code?",
            "Count the statements of a board with several orders that have no items.",
        ),
        killed_by="test_what_it_costs",
        code=(
            Patch(
                BOARD,
                COUNT,
                "items.get(row.id) or await session.scalar("
                "select(func.count(OrderItem.id)).where(OrderItem.order_id == row.id))",
            ),
        ),
    ),
    Mutant(
        name="counted-by-loading",
        task="board",
        bug="All items are fetched, and counted in Python.",
        misconception="One statement is one statement.",
        hints=(
            "How many rows come back for one order with many items?",
            "Give orders three items each, and look at fetched_through.",
        ),
        killed_by="test_what_it_costs",
        code=(
            Rewrite(
                ITEMS,
                "async def items_of(session, ids):\n"
                "    query = select(OrderItem.order_id).where(OrderItem.order_id.in_(ids))\n"
                "    return Counter(await session.scalars(query))\n",
            ),
        ),
    ),
    Mutant(
        name="cut-after-the-fetch",
        task="board",
        bug="All orders are fetched, and cut to the limit in Python.",
        misconception="A slice of a list is a limit.",
        hints=(
            "How many rows come back if one line is asked for, and there are many orders?",
            "Store eight orders, ask for one, and look at fetched_through.",
        ),
        killed_by="test_what_it_costs",
        code=(Patch(NEWEST, ".limit(limit)", ""), Patch(BOARD, ".all()", ".all()[:limit]")),
    ),
    Mutant(
        name="items-of-everybody",
        task="board",
        bug="The items of all orders are counted, those that are not shown as well.",
        misconception="A dict may hold more than is looked up in it.",
        hints=(
            "How many rows come back for a board of one line, when many orders have items?",
            "Ask for one line of several orders, most of which have items.",
        ),
        killed_by="test_what_it_costs",
        code=(Patch(ITEMS, OF_IDS, ""),),
    ),
    Mutant(
        name="no-tie-breaker",
        task="board",
        bug="Orders of one moment come in any order, so that pieces overlap.",
        misconception="Two orders are never placed at the same moment.",
        hints=(
            "What orders the orders of one moment?",
            "Store several orders of one moment, and compare all ids with what is promised.",
        ),
        killed_by="test_every_order_has_a_line",
        # Without the id, the server chooses an order, and may choose the right one.
        code=(Patch(NEWEST, ORDER, "Order.placed_at.desc(), Order.id % 3, Order.id"),),
    ),
    Mutant(
        name="by-id-alone",
        task="board",
        bug="The list is in the order of ids, whenever the orders were placed.",
        misconception="What has the higher id came later.",
        hints=(
            "Which order is the newest: the one that was stored last, or the one placed last?",
            "Store an order of noon, then one of the morning, and compare the ids of the lines.",
        ),
        killed_by="test_newer_before_older",
        code=(
            Patch(NEWEST, ORDER, "Order.id.desc()"),
            Patch(NEWEST, PLACE, "Order.id < before.id"),
        ),
    ),
    Mutant(
        name="cursor-without-id",
        task="board",
        bug="Of orders of one moment, those behind the end of a piece are never shown.",
        misconception="A time is a place in a list.",
        hints=(
            "What if a piece ends between two orders of one moment?",
            "Read orders of one moment three at a time, and compare all pieces with all orders.",
        ),
        killed_by="test_pieces_hold_every_order_once",
        code=(Patch(NEWEST, PLACE, "Order.placed_at < before.placed_at"),),
    ),
    Mutant(
        name="a-total-nobody-asked-for",
        task="board",
        bug="A third statement counts all orders.",
        misconception="A budget of ten leaves room to be on the safe side.",
        hints=(
            "How many statements are promised, at most, and how many do you allow?",
            "assert len(sent) <= 2",
        ),
        killed_by="test_what_it_costs",
        code=(
            Patch(
                BOARD,
                "items = await",
                "await session.scalar(select(func.count(Order.id)))\n    items = await",
            ),
        ),
    ),
    Mutant(
        name="joined-under-the-limit",
        task="board",
        bug="The items are joined, so an order comes once for each, and not at all without.",
        misconception="A join adds columns, not rows.",
        hints=(
            "What does a join do to an order with three items, and to one with none?",
            "Compare all lines of a board whose orders have three items, or none.",
        ),
        killed_by="test_every_order_has_a_line",
        code=(Patch(NEWEST, ".join(Order.user)", ".join(Order.user).join(Order.items)"),),
    ),
)

BOARD_TWINS = (
    Twin(
        name="name-by-key",
        task="board",
        of="name-by-name",
        summary="the name by its key",
        code=(Patch(BOARD, NAME, 'row._mapping["name"]'),),
    ),
    Twin(
        name="customer-if-unnamed",
        task="board",
        of="customer-by-customer",
        summary="a customer is asked for whose name is missing, which none is",
        code=(
            Patch(
                BOARD,
                NAME,
                "row.name if row.name is not None"
                " else (await session.get_one(User, row.user_id)).name",
            ),
        ),
    ),
    Twin(
        name="none-by-or",
        task="board",
        of="asked-again-for-none",
        summary="`or 0`",
        code=(Patch(BOARD, COUNT, "items.get(row.id) or 0"),),
    ),
    Twin(
        name="counted-by-column",
        task="board",
        of="counted-by-loading",
        summary="another count",
        code=(Patch(ITEMS, "func.count()", "func.count(OrderItem.product_id)"),),
    ),
    Twin(
        name="fetch-first",
        task="board",
        of="cut-after-the-fetch",
        summary="FETCH FIRST instead of LIMIT, and a slice that cuts nothing",
        code=(Patch(NEWEST, ".limit(limit)", ".fetch(limit)"), Patch(BOARD, ".all()", ".all()[:]")),
    ),
    Twin(
        name="items-by-having",
        task="board",
        of="items-of-everybody",
        summary="HAVING instead of WHERE",
        code=(Patch(ITEMS, OF_IDS, ".having(OrderItem.order_id.in_(ids))"),),
    ),
    Twin(
        name="ordered-by-row",
        task="board",
        of="no-tie-breaker",
        summary="an order by the row of both",
        code=(Patch(NEWEST, ORDER, "tuple_(Order.placed_at, Order.id).desc()"),),
    ),
    Twin(
        name="nulls-last",
        task="board",
        of="by-id-alone",
        summary="NULLS LAST, where none is NULL",
        code=(Patch(NEWEST, ORDER, ORDER.replace("desc(),", "desc().nulls_last(),")),),
    ),
    Twin(
        name="cursor-by-or",
        task="board",
        of="cursor-without-id",
        summary="two comparisons instead of one of rows",
        code=(
            Patch(
                NEWEST,
                PLACE,
                "(Order.placed_at < before.placed_at)"
                " | ((Order.placed_at == before.placed_at) & (Order.id < before.id))",
            ),
        ),
    ),
    Twin(
        name="nothing-for-no-lines",
        task="board",
        of="a-total-nobody-asked-for",
        summary="an empty board counts no items",
        code=(
            Patch(
                BOARD,
                "items = await",
                "if not rows:\n        return []\n    items = await",
            ),
        ),
    ),
    Twin(
        name="joined-by-condition",
        task="board",
        of="joined-under-the-limit",
        summary="a join that says on what",
        code=(Patch(NEWEST, ".join(Order.user)", ".join(User, User.id == Order.user_id)"),),
    ),
)

INDEX_HINT = "Ask for the plan with analyze=True, and compare plan.handled with 100."
DEEP_HINT = "Begin behind an order in the middle of the list, not at one of its ends."

INDEXES_MUTANTS = (
    Mutant(
        name="no-index-of-users",
        task="indexes",
        bug="There is no index for a customer's orders.",
        misconception="A foreign key has an index.",
        hints=("How is a customer's order found among a thousand?", INDEX_HINT),
        killed_by="test_rows_in_hand",
        statements=index("ix_orders_user_id"),
    ),
    Mutant(
        name="user-second",
        task="indexes",
        bug="The customer is the second column of the index.",
        misconception="An index on two columns serves each of them.",
        hints=(
            "Does your test see that there is an index, or what it spares?",
            INDEX_HINT + " Without a change of enable_seqscan.",
        ),
        killed_by="test_rows_in_hand",
        statements=index("ix_orders_user_id", "(placed_at, user_id)"),
    ),
    Mutant(
        name="index-of-pending",
        task="indexes",
        bug="The index of customers holds pending orders only.",
        misconception="A partial index is a smaller index.",
        hints=("Which orders has the crowd, and which the index?", INDEX_HINT),
        killed_by="test_rows_in_hand",
        statements=index("ix_orders_user_id", "(user_id) WHERE status = 'pending'"),
    ),
    Mutant(
        name="user-as-text",
        task="indexes",
        bug="The query compares the customer's id as text.",
        misconception="A cast costs nothing.",
        hints=("Can an index of numbers find a text?", INDEX_HINT),
        killed_by="test_rows_in_hand",
        code=(Patch(OF_CUSTOMER, OF_USER, "cast(Order.user_id, String) == str(user_id)"),),
    ),
    Mutant(
        name="no-index-of-times",
        task="indexes",
        bug="There is no index for the order of the list.",
        misconception="LIMIT 10 reads ten rows.",
        hints=("What must be read to know which ten come next?", INDEX_HINT),
        killed_by="test_rows_in_hand",
        statements=index("ix_orders_placed_at_id"),
    ),
    Mutant(
        name="time-second",
        task="indexes",
        bug="The index for the list has its columns the other way round.",
        misconception="The order of an index's columns is a matter of taste.",
        hints=("By which column is the list sorted first?", INDEX_HINT),
        killed_by="test_rows_in_hand",
        statements=index("ix_orders_placed_at_id", "(id, placed_at)"),
    ),
    Mutant(
        name="by-offset",
        task="indexes",
        bug="The list goes on by OFFSET: it reads all that it leaves out.",
        misconception="What is skipped costs nothing.",
        hints=("Behind which order does your test begin?", f"{DEEP_HINT} {INDEX_HINT}"),
        killed_by="test_rows_in_hand",
        code=(
            Rewrite(
                OLDER,
                "def older(placed_at, id):\n"
                "    place = tuple_(Order.placed_at, Order.id)\n"
                "    shown = select(func.count()).where(place >= tuple_(placed_at, id))\n"
                "    query = select(Order).order_by(Order.placed_at.desc(), Order.id.desc())\n"
                "    return query.offset(shown.scalar_subquery()).limit(10)\n",
            ),
        ),
    ),
    Mutant(
        name="by-or",
        task="indexes",
        bug="The place in the list is compared by OR: half of the list is read for ten orders.",
        misconception="Two conditions that mean the same cost the same.",
        hints=(
            "The plan uses an index here, and no sequential scan. What does it do with it?",
            f"{DEEP_HINT} {INDEX_HINT}",
        ),
        killed_by="test_rows_in_hand",
        code=(
            Patch(
                OLDER,
                BEHIND,
                "(Order.placed_at < placed_at)"
                " | ((Order.placed_at == placed_at) & (Order.id < id))",
            ),
        ),
    ),
    Mutant(
        name="email-lowered",
        task="indexes",
        bug="The query lowers the column of addresses.",
        misconception="An index on a column serves its functions.",
        hints=("What is sorted in the index: addresses, or lowered ones?", INDEX_HINT),
        killed_by="test_rows_in_hand",
        code=(Patch(WITH_EMAIL, EMAIL, "func.lower(User.email) == email"),),
    ),
)

INDEXES_TWINS = (
    Twin(
        name="index-made-anew",
        task="indexes",
        of="no-index-of-users",
        summary="the same index under another name",
        statements=index("ix_orders_user_id", "(user_id)"),
    ),
    Twin(
        name="user-first-of-two",
        task="indexes",
        of="user-second",
        summary="the customer as the first of two columns",
        statements=index("ix_orders_user_id", "(user_id, placed_at)"),
    ),
    Twin(
        name="index-of-all",
        task="indexes",
        of="index-of-pending",
        summary="a partial index that holds all orders",
        statements=index("ix_orders_user_id", "(user_id) WHERE user_id IS NOT NULL"),
    ),
    Twin(
        name="value-cast",
        task="indexes",
        of="user-as-text",
        summary="a cast of the value",
        code=(Patch(OF_CUSTOMER, OF_USER, "Order.user_id == cast(literal(user_id), Integer)"),),
    ),
    Twin(
        name="unique-index-of-times",
        task="indexes",
        of="no-index-of-times",
        summary="a unique index",
        statements=(
            "DROP INDEX ix_orders_placed_at_id",
            "CREATE UNIQUE INDEX ON orders (placed_at, id)",
        ),
    ),
    Twin(
        name="times-downward",
        task="indexes",
        of="time-second",
        summary="an index in descending order",
        statements=index("ix_orders_placed_at_id", "(placed_at DESC, id DESC)"),
    ),
    Twin(
        name="offset-of-nothing",
        task="indexes",
        of="by-offset",
        summary="an OFFSET of 0",
        code=(Patch(OLDER, ".limit(10)", ".offset(0).limit(10)"),),
    ),
    Twin(
        name="by-not",
        task="indexes",
        of="by-or",
        summary="NOT … >= … of the rows",
        code=(Patch(OLDER, BEHIND, f"~({BEHIND.replace('<', '>=')})"),),
    ),
    Twin(
        name="email-cast",
        task="indexes",
        of="email-lowered",
        summary="a cast of the value",
        code=(Patch(WITH_EMAIL, EMAIL, "User.email == cast(literal(email), String)"),),
    ),
)

MEND_MUTANTS = (
    Mutant(
        name="shelf-by-shelf",
        task="mend",
        bug="Each category is loaded in a statement of its own.",
        misconception="There are few categories.",
        hints=(
            "How many categories do your products have?",
            "Give each product a category of its own, and forget them by session.expunge_all().",
        ),
        killed_by="test_window",
        code=(
            Patch(
                WINDOW,
                CATEGORY,
                "(await session.get_one(Category, row.category_id)).name"
                " if row.category_id else None, ratings",
            ),
        ),
    ),
    Mutant(
        name="rating-by-rating",
        task="mend",
        bug="A service is asked for the rating of each product.",
        misconception="What is in a function of its own is no loop of queries.",
        hints=(
            "Were your products stored?",
            "Use create_batch_async, and let at most two statements pass.",
        ),
        killed_by="test_window",
        code=(Patch(WINDOW, RATING, "await rating_of(session, row.id)"),),
    ),
    Mutant(
        name="rating-asked-again",
        task="mend",
        bug="For each product without a review, its rating is asked for once more.",
        misconception="`or` tells what is missing from what was not asked for.",
        hints=(
            "Which products might take another way through the code?",
            "Offer several products without a review.",
        ),
        killed_by="test_window",
        code=(Patch(WINDOW, RATING, f"{RATING} or await rating_of(session, row.id)"),),
    ),
    Mutant(
        name="reviews-fetched",
        task="mend",
        bug="All reviews are fetched, and their average is taken in Python.",
        misconception="One statement is one statement.",
        hints=(
            "How many rows come back for a product with many reviews?",
            "Give products three reviews each, and look at fetched_through.",
        ),
        killed_by="test_window",
        code=(
            Rewrite(
                RATINGS,
                "async def ratings_of(session, ids):\n"
                "    query = select(Review.product_id, Review.rating)\n"
                "    found = {}\n"
                "    for id, rating in await session.execute("
                "query.where(Review.product_id.in_(ids))):\n"
                "        found.setdefault(id, []).append(rating)\n"
                "    return {\n"
                "        id: (Decimal(sum(given)) / len(given)).quantize(Decimal('0.01'))\n"
                "        for id, given in found.items()\n"
                "    }\n",
            ),
        ),
    ),
    Mutant(
        name="sold-out-fetched",
        task="mend",
        bug="Products that are sold out are fetched, and left out in Python.",
        misconception="A condition may stand anywhere.",
        hints=(
            "Which products are fetched and not shown?",
            "Store as many products that are sold out, and look at fetched_through.",
        ),
        killed_by="test_window",
        code=(
            Patch(IN_STOCK, ".where(Product.stock > 0)", ""),
            Patch(WINDOW, f"{RATING}) for row in rows", f"{RATING}) for row in rows if row.stock"),
        ),
    ),
    Mutant(
        name="without-a-shelf",
        task="mend",
        bug="A product without a category is not shown.",
        misconception="A join adds columns, and takes no rows.",
        hints=(
            "Does your test look at what is shown?",
            "Compare all that is shown with what you stored, a product without category included.",
        ),
        killed_by="test_window",
        code=(Patch(IN_STOCK, ".outerjoin(", ".join("),),
    ),
)

MEND_TWINS = (
    Twin(
        name="shelf-by-key",
        task="mend",
        of="shelf-by-shelf",
        summary="the category by its key",
        code=(Patch(WINDOW, CATEGORY, 'row._mapping["category"], ratings'),),
    ),
    Twin(
        name="rating-by-default",
        task="mend",
        of="rating-by-rating",
        summary="a default that says the same",
        code=(Patch(WINDOW, RATING, "ratings.get(row.id, None)"),),
    ),
    Twin(
        name="rating-or-none",
        task="mend",
        of="rating-asked-again",
        summary="`or None`",
        code=(Patch(WINDOW, RATING, f"{RATING} or None"),),
    ),
    Twin(
        name="average-filtered",
        task="mend",
        of="reviews-fetched",
        summary="an average of the ratings that are there",
        code=(
            Patch(
                RATINGS,
                "func.avg(Review.rating)",
                "func.avg(Review.rating).filter(Review.rating.is_not(None))",
            ),
        ),
    ),
    Twin(
        name="stock-by-not",
        task="mend",
        of="sold-out-fetched",
        summary="another condition, and one in Python that leaves nothing out",
        code=(
            Patch(IN_STOCK, "Product.stock > 0", "~(Product.stock <= 0)"),
            Patch(WINDOW, f"{RATING}) for row in rows", f"{RATING}) for row in rows if row.stock"),
        ),
    ),
    Twin(
        name="shelf-by-join",
        task="mend",
        of="without-a-shelf",
        summary="join(…, isouter=True)",
        code=(
            Patch(
                IN_STOCK, ".outerjoin(Product.category)", ".join(Product.category, isouter=True)"
            ),
        ),
    ),
)

BUDGET_PROBES = (
    Probe(
        test="test_more_fail",
        task="budget",
        promise="More statements than allowed fail, also when all have the same text.",
        hints=(
            "What do you count: statements, or different texts?",
            "A list that every execution is appended to, and its length.",
        ),
    ),
    Probe(
        test="test_fewer_fail",
        task="budget",
        promise="Fewer statements fail, too.",
        hints=("What does `exactly` say?", "assert len(sent) == exactly"),
    ),
    Probe(
        test="test_flushes_and_lazy_loads_count",
        task="budget",
        promise="What a flush writes and a lazy load reads is counted.",
        hints=(
            "Which event sees what the unit of work sends?",
            "before_cursor_execute, an event of the engine.",
        ),
    ),
    Probe(
        test="test_every_session_counts",
        task="budget",
        promise="What every session of the engine sends is counted.",
        hints=("On what do you listen?", "On engine.sync_engine, not on one connection."),
    ),
    Probe(
        test="test_savepoints_are_free",
        task="budget",
        promise="Savepoints are free, those of a commit in a test as well.",
        hints=(
            "What else goes through a cursor?",
            "Leave out what begins with SAVEPOINT, RELEASE or ROLLBACK.",
        ),
    ),
    Probe(
        test="test_only_the_block_counts",
        task="budget",
        promise="Only the block counts, and each block for itself.",
        hints=(
            "When does the counting begin and end?",
            "A new list and a new listener for each block, removed at its end.",
        ),
    ),
    Probe(
        test="test_an_exception_comes_out",
        task="budget",
        promise="An exception inside the block comes out as it is.",
        hints=(
            "What happens at the `yield` if the block raises?",
            "Remove the listener in a `finally`, and assert after it.",
        ),
    ),
    Probe(
        test="test_the_message_shows_what_was_sent",
        task="budget",
        promise="The message holds the statements that were sent.",
        hints=("What do you want to read when it fails?", 'assert …, "\\n".join(sent)'),
    ),
)

CONTROL = 'if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):'
ASSERTION = 'assert len(sent) == exactly, "\\n".join([f"{len(sent)} statements:", *sent])'

BUDGET_MUTANTS = (
    Mutant(
        name="different-texts",
        task="budget",
        bug="Different texts are counted.",
        misconception="A statement that was sent before is known.",
        hints=("What does a loop send?",),
        killed_by="test_more_fail",
        edits=(("assert len(sent) ==", "assert len(set(sent)) =="),),
    ),
    Mutant(
        name="at-most",
        task="budget",
        bug="Fewer statements pass.",
        misconception="Fewer is always better.",
        hints=("What if a call does not reach the database any more?",),
        killed_by="test_fewer_fail",
        edits=(("assert len(sent) ==", "assert len(sent) <="),),
    ),
    Mutant(
        name="reads-alone",
        task="budget",
        bug="Only what begins with SELECT is counted.",
        misconception="An N+1 is made of SELECTs.",
        hints=("Who writes row by row?",),
        killed_by="test_flushes_and_lazy_loads_count",
        edits=((CONTROL, 'if statement.startswith("SELECT"):'),),
    ),
    Mutant(
        name="by-orm-event",
        task="budget",
        bug="What is executed through the session is counted.",
        misconception="do_orm_execute sees everything that a session sends.",
        hints=("Does a flush call session.execute?",),
        killed_by="test_flushes_and_lazy_loads_count",
        answer="""
@pytest.fixture
def budget(session):
    @contextmanager
    def budget(*, exactly):
        sent = []

        def note(state):
            sent.append(str(state.statement))

        event.listen(session.sync_session, "do_orm_execute", note)
        try:
            yield
        finally:
            event.remove(session.sync_session, "do_orm_execute", note)
        assert len(sent) == exactly, "\\n".join(sent)

    return budget
""",
    ),
    Mutant(
        name="one-connection",
        task="budget",
        bug="One connection is listened to.",
        misconception="There is one connection.",
        hints=("Who else has an engine's connections?",),
        killed_by="test_every_session_counts",
        edits=(
            ("def budget(engine):", "def budget(connection):"),
            (
                'event.listen(engine.sync_engine, "',
                'event.listen(connection.sync_connection, "',
            ),
            (
                'event.remove(engine.sync_engine, "',
                'event.remove(connection.sync_connection, "',
            ),
        ),
    ),
    Mutant(
        name="savepoints-cost",
        task="budget",
        bug="Savepoints are counted.",
        misconception="Whatever a cursor executes is a query.",
        hints=("What does a commit send in a test?",),
        killed_by="test_savepoints_are_free",
        edits=((CONTROL, "if statement:"),),
    ),
    Mutant(
        name="one-list-for-all",
        task="budget",
        bug="The list goes on from block to block.",
        misconception="A fixture begins anew for each block.",
        hints=("What is in the list when the second block begins?",),
        killed_by="test_only_the_block_counts",
        edits=(
            (
                "    @contextmanager\n    def budget",
                "    sent = []\n\n    @contextmanager\n    def budget",
            ),
            ("        sent = []\n\n        def note", "        def note"),
        ),
    ),
    Mutant(
        name="never-removed",
        task="budget",
        bug="The listener counts from the fixture's beginning to its end.",
        misconception="What happens before the block is not heard.",
        hints=("When does the counting begin?",),
        killed_by="test_only_the_block_counts",
        answer="""
@pytest.fixture
def budget(engine):
    sent = []

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def note(connection, cursor, statement, *rest):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    @contextmanager
    def budget(*, exactly):
        yield
        assert len(sent) == exactly, "\\n".join(sent)

    yield budget
    event.remove(engine.sync_engine, "before_cursor_execute", note)
""",
    ),
    Mutant(
        name="asserted-finally",
        task="budget",
        bug="The budget is checked in a `finally`.",
        misconception="A check that always runs is safer.",
        hints=("Which of two exceptions comes out?",),
        killed_by="test_an_exception_comes_out",
        edits=((f"        {ASSERTION}", f"            {ASSERTION}"),),
    ),
    Mutant(
        name="says-nothing",
        task="budget",
        bug="The message is a number.",
        misconception="Whoever sees it fail knows why.",
        hints=("Which statement was one too many?",),
        killed_by="test_the_message_shows_what_was_sent",
        edits=((ASSERTION, 'assert len(sent) == exactly, f"{len(sent)} statements"'),),
    ),
)

BUDGET_TWINS = (
    Twin(
        name="by-the-toolkit",
        task="budget",
        of="different-texts",
        summary="the toolkit's counter",
        answer="""
@pytest.fixture
def budget(engine):
    @contextmanager
    def budget(*, exactly):
        with count_statements(engine) as sent:
            yield
        if len(sent) != exactly:
            raise AssertionError("\\n".join(one.text for one in sent))

    return budget
""",
    ),
    Twin(
        name="after-the-cursor",
        task="budget",
        of="savepoints-cost",
        summary="a class, and the event after the execution",
        answer="""
class Block:
    def __init__(self, engine, exactly):
        self.engine, self.exactly, self.sent = engine.sync_engine, exactly, []

    def note(self, connection, cursor, statement, *rest):
        if statement.split()[0] not in ("SAVEPOINT", "RELEASE", "ROLLBACK"):
            self.sent.append(statement)

    def __enter__(self):
        event.listen(self.engine, "after_cursor_execute", self.note)

    def __exit__(self, kind, *rest):
        event.remove(self.engine, "after_cursor_execute", self.note)
        if kind is None:
            assert len(self.sent) == self.exactly, self.sent


@pytest.fixture
def budget(engine):
    return lambda *, exactly: Block(engine, exactly)
""",
    ),
)


def wrong(program: str, right: str, predicted: str, misconception: str) -> Mutant:
    """A wrong prediction, named after its program."""
    name = f"predicted-{program.replace('_', '-')}"
    return wrong_prediction(name, program, right, predicted, misconception)


PREDICT_MUTANTS = (
    wrong("customers_of_four", "3", "5", "Each lazy load sends a statement."),
    wrong("without_category", "1", "4", "Each lazy load sends a statement."),
    wrong("new_rows", "2", "5", "Each new row is a statement."),
    wrong("told_by_the_session", "1", "3", "do_orm_execute tells of what a flush sends."),
    wrong("five_rows", '"Seq Scan"', '"Index Scan"', "An index is used where there is one."),
    wrong("joined", "2", "3", "The limit counts orders."),
)
PREDICT_TWINS = (
    Twin(
        name="predicted-by-name",
        task="predict",
        of="predicted-joined",
        summary="the same predictions, written with dict()",
        answer="PREDICTED = dict(customers_of_four=3, without_category=1, new_rows=2,"
        ' told_by_the_session=1, five_rows="Seq Scan", joined=2)\n',
    ),
)
PREDICT_PROBES = (
    Probe(
        test="test_customers_of_four",
        task="predict",
        promise="customers_of_four: names on four orders of two customers.",
        hints=(
            "What does the session know when the second order of a customer is reached?",
            "One for the list, and one for each customer that is not yet known.",
        ),
    ),
    Probe(
        test="test_without_category",
        task="predict",
        promise="without_category: categories of products that have none.",
        hints=("What is there to load for a foreign key that is NULL?", "Nothing is asked for."),
    ),
    Probe(
        test="test_new_rows",
        task="predict",
        promise="new_rows: three users and two products, flushed.",
        hints=(
            "How many INSERTs does SQLAlchemy make of three objects of one class?",
            "One for each table, as long as a batch is not full.",
        ),
    ),
    Probe(
        test="test_told_by_the_session",
        task="predict",
        promise="told_by_the_session: a query, two changes, a flush.",
        hints=(
            "Through what does a flush send?",
            "A flush goes past the event: only the query is told of.",
        ),
    ),
    Probe(
        test="test_five_rows",
        task="predict",
        promise="five_rows: the plan for a table of five rows.",
        hints=(
            "How many pages has the table, and how many the way through the index?",
            "The planner reads the whole table.",
        ),
    ),
    Probe(
        test="test_joined",
        task="predict",
        promise="joined: three rows of orders joined with their items.",
        hints=(
            "What does LIMIT count?",
            "Three joined rows: both items of the first order, and one of the second.",
        ),
    ),
)

VARIANTS = Variants(
    tasks=TASKS,
    references=REFERENCES,
    twins=BOARD_TWINS + INDEXES_TWINS + MEND_TWINS + BUDGET_TWINS + PREDICT_TWINS,
    mutants=BOARD_MUTANTS + INDEXES_MUTANTS + MEND_MUTANTS + BUDGET_MUTANTS + PREDICT_MUTANTS,
    probes=BUDGET_PROBES + PREDICT_PROBES,
)
