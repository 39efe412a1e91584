"""The services, the tests and the answers of this assignment: correct ones, and such with a bug."""

from nomocks.mutation.code import Patch, SwapModule
from nomocks.mutation.variants import Mutant, Probe, Reference, Task, Twin, Variants

TASKS = (
    Task("mend", "Two tests that can't fail"),
    Task("deleted", "Deleted, restored, canceled"),
    Task("pages", "A slow test, made fast", statements=12),
    Task("older", "A keyset of your own"),
    Task("predict", "What it returns", literal=True),
)

REFERENCES = (
    Reference("as-it-is", "the services as they are"),
    Reference(
        "other-columns",
        "the same schema with other column order and a column more",
        (
            "ALTER TABLE users DROP COLUMN name, ADD COLUMN notes text,"
            " ADD COLUMN name varchar(100) NOT NULL",
            "ALTER TABLE orders ADD COLUMN notes text",
        ),
    ),
)

LIST_USERS = "shop.services.users:list_users"
BY_ROLE = "query.where(User.role == role)"
BY_ACTIVE = "query.where(User.active == active)"
LISTED = "shop.services.orders:_listed"
NOT_DELETED = ".where(Order.deleted_at.is_(None))"
GET = "shop.services.orders:get_order"
CANCEL = "shop.services.orders:cancel_order"
REQUIRE = "require(order, *CANCELLABLE)"
GIVE_BACK = "products[item.product_id].stock += item.quantity"
VERSION = "version not in (None, order.version)"
DELETE = "shop.services.orders:delete_order"
DELETED = "order.deleted_at = await session.scalar(select(func.now()))"
RESTORE = "shop.services.orders:restore_order"
RESTORED = "order.deleted_at = None"
LIST = "shop.services.orders:list_orders"
AFTER = "tuple_(Order.placed_at, Order.id) < tuple_(*read_cursor(after))"
QUERY = "_listed(user_id, status).limit(limit + 1)"
ORDER = "Order.placed_at.desc(), Order.id.desc()"
OTHERWISE = (
    SwapModule("shop.services.orders", "shop.otherwise.orders"),
    SwapModule("shop.services.users", "shop.otherwise.users"),
)


def trigger(body: str) -> tuple[str, str]:
    """What a trigger does with the time of an order that changes."""
    return (
        "CREATE FUNCTION order_time() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {body} RETURN NEW; END $$",
        "CREATE TRIGGER order_time BEFORE UPDATE ON orders"
        " FOR EACH ROW EXECUTE FUNCTION order_time()",
    )


MEND_MUTANTS = (
    Mutant(
        name="role-ignored",
        task="mend",
        bug="A list of one role holds users of every role.",
        misconception="A row that fits is found, so the filter works.",
        hints=(
            "Which row would come back if the condition were missing?",
            "Store an admin and a customer, ask for admins, and compare all that comes back.",
        ),
        killed_by="test_users_are_filtered",
        code=(Patch(LIST_USERS, f"query = {BY_ROLE}", "pass"),),
    ),
    Mutant(
        name="activity-ignored",
        task="mend",
        bug="A list of active users holds inactive ones.",
        misconception="A row that fits is found, so the filter works.",
        hints=(
            "Which row would come back if the condition were missing?",
            "Store an active user and an inactive one, and ask for the active ones.",
        ),
        killed_by="test_users_are_filtered",
        code=(Patch(LIST_USERS, f"query = {BY_ACTIVE}", "pass"),),
    ),
    Mutant(
        name="inactive-not-asked",
        task="mend",
        bug="A list of inactive users holds all users.",
        misconception="`if active:` asks whether the argument was given.",
        hints=(
            "The filter has two values. Did you try both?",
            "Ask with active=False: only inactive users may come back.",
        ),
        killed_by="test_users_are_filtered",
        code=(Patch(LIST_USERS, "if active is not None:", "if active:"),),
    ),
    Mutant(
        name="either-filter",
        task="mend",
        bug="With both filters, users come back to whom only one of the two applies.",
        misconception="Filters that work alone work together.",
        hints=(
            "What if two filters are combined by OR?",
            "Store an inactive admin, and ask for active admins.",
        ),
        killed_by="test_users_are_filtered",
        code=(
            Patch(
                LIST_USERS, BY_ACTIVE, "query.where((User.active == active) | (User.role == role))"
            ),
        ),
    ),
    Mutant(
        name="suspended-left-out",
        task="mend",
        bug="A list of active users leaves out suspended ones.",
        misconception="A filter that is stricter can do no harm.",
        hints=(
            "Read the promise about users who are suspended.",
            "Store a suspended user whose column `active` is true, and ask for active users.",
        ),
        killed_by="test_users_are_filtered",
        code=(
            Patch(
                LIST_USERS,
                BY_ACTIVE,
                "query.where(User.active == active, User.suspended_at.is_(None))",
            ),
        ),
    ),
    Mutant(
        name="time-stands-still",
        task="mend",
        bug="Canceling an order does not set updated_at.",
        misconception="`>=` allows for a clock that has not moved yet.",
        hints=(
            "Of a column that never changes, `>=` is true as well.",
            "now() stands still in a transaction. Begin with a time in the past: "
            "OrderFactory.create_async(updated_at=MONDAY).",
        ),
        killed_by="test_cancelling_sets_the_time",
        statements=trigger("NEW.updated_at := OLD.updated_at;"),
    ),
    Mutant(
        name="restoring-nothing-sets-time",
        task="mend",
        bug="Restoring an order that is not deleted sets updated_at.",
        misconception="Two equal times show that nothing was written.",
        hints=(
            "In one transaction each now() is equal to the one before.",
            "Begin with a time in the past, restore, and see that it is still there.",
        ),
        killed_by="test_what_changes_nothing_leaves_the_time",
        code=(Patch(RESTORE, RESTORED, "order.deleted_at, order.updated_at = None, func.now()"),),
    ),
    Mutant(
        name="refusal-sets-time",
        task="mend",
        bug="A cancellation that is refused sets updated_at.",
        misconception="A function that raises has changed nothing.",
        hints=(
            "What is in the row after WrongStatus?",
            "Store a shipped order with a time in the past, try to cancel it, and look again.",
        ),
        killed_by="test_what_changes_nothing_leaves_the_time",
        code=(
            Patch(
                CANCEL,
                REQUIRE,
                f"order.updated_at = func.now()\n    await session.flush()\n    {REQUIRE}",
            ),
        ),
    ),
)

MEND_TWINS = (
    Twin(
        name="mend-otherwise",
        task="mend",
        of="role-ignored",
        summary="the same services, written otherwise",
        code=OTHERWISE,
    ),
    Twin(
        name="activity-by-filter",
        task="mend",
        of="activity-ignored",
        summary="filter_by instead of where",
        code=(Patch(LIST_USERS, BY_ACTIVE, "query.filter_by(active=active)"),),
    ),
    Twin(
        name="activity-by-two-tests",
        task="mend",
        of="inactive-not-asked",
        summary="`if active or active is False` instead of `is not None`",
        code=(Patch(LIST_USERS, "if active is not None:", "if active or active is False:"),),
    ),
    Twin(
        name="either-of-the-same",
        task="mend",
        of="either-filter",
        summary="a condition with OR that means the same",
        code=(
            Patch(
                LIST_USERS,
                BY_ACTIVE,
                "query.where((User.active == active) | (User.active == active))",
            ),
        ),
    ),
    Twin(
        name="suspended-or-not",
        task="mend",
        of="suspended-left-out",
        summary="a condition on suspended_at that is always true",
        code=(
            Patch(
                LIST_USERS,
                BY_ACTIVE,
                "query.where(User.active == active,"
                " User.suspended_at.is_(None) | User.suspended_at.is_not(None))",
            ),
        ),
    ),
    Twin(
        name="time-by-trigger",
        task="mend",
        of="time-stands-still",
        summary="a trigger that sets updated_at, too",
        statements=trigger(
            "IF NEW.updated_at = OLD.updated_at THEN NEW.updated_at := now(); END IF;"
        ),
    ),
    Twin(
        name="restored-with-a-look-at-the-time",
        task="mend",
        of="restoring-nothing-sets-time",
        summary="a restore that would set a time that is missing",
        code=(
            Patch(
                RESTORE,
                RESTORED,
                f"{RESTORED}\n        if order.updated_at is None:\n"
                "            order.updated_at = func.now()",
            ),
        ),
    ),
    Twin(
        name="cancelled-with-a-look-at-the-time",
        task="mend",
        of="refusal-sets-time",
        summary="a cancellation that would set a time that is missing",
        code=(
            Patch(
                CANCEL,
                REQUIRE,
                "if order.updated_at is None:\n        order.updated_at = func.now()\n"
                f"        await session.flush()\n    {REQUIRE}",
            ),
        ),
    ),
)

DELETED_MUTANTS = (
    Mutant(
        name="deleted-listed",
        task="deleted",
        bug="A deleted order is in the list.",
        misconception="An order that get_order no longer finds is gone.",
        hints=(
            "Who else reads orders?",
            "Delete the only order, and look at list_orders.",
        ),
        killed_by="test_a_deleted_order_is_found_by_nobody",
        code=(Patch(LISTED, NOT_DELETED, ""),),
    ),
    Mutant(
        name="deleted-found",
        task="deleted",
        bug="A deleted order is found by its id.",
        misconception="An order that is in no list is gone.",
        hints=("Who else reads orders?", "Delete an order, and ask get_order for its id."),
        killed_by="test_a_deleted_order_is_found_by_nobody",
        code=(Patch(GET, NOT_DELETED, ""),),
    ),
    Mutant(
        name="deletion-gives-back",
        task="deleted",
        bug="Deleting an order gives its products back to the stock.",
        misconception="A deleted order is a canceled one.",
        hints=(
            "What must a deletion leave alone?",
            "Delete an order that has an item, and look at the product's stock.",
        ),
        killed_by="test_deleting_takes_nothing_back_and_restoring_keeps_the_status",
        code=(
            Patch(
                DELETE,
                DELETED,
                f"{DELETED}\n        for item in order.items:\n"
                "            item.product.stock += item.quantity",
            ),
        ),
    ),
    Mutant(
        name="restored-as-pending",
        task="deleted",
        bug="A restored order is pending, whatever it was before.",
        misconception="The factory's default status stands for every status.",
        hints=(
            "What must a restored order still have?",
            "Delete and restore an order that is paid, and look at its status.",
        ),
        killed_by="test_deleting_takes_nothing_back_and_restoring_keeps_the_status",
        code=(
            Patch(RESTORE, RESTORED, "order.deleted_at, order.status = None, OrderStatus.PENDING"),
        ),
    ),
    Mutant(
        name="one-piece-back",
        task="deleted",
        bug="Canceling an order gives back one piece of each product.",
        misconception="A test with a quantity of 1 shows that quantities are right.",
        hints=(
            "With which quantity would one piece be too few?",
            "Cancel an order for 3 pieces, and look at the product's stock.",
        ),
        killed_by="test_every_piece_goes_back",
        code=(Patch(CANCEL, GIVE_BACK, "products[item.product_id].stock += 1"),),
    ),
    Mutant(
        name="old-version-taken",
        task="deleted",
        bug="A cancellation that names an older version is accepted.",
        misconception="A version that was right once is still good enough.",
        hints=(
            "How can an order have another version than the form that was made of it?",
            "Delete and restore an order: it has version 3. Then cancel it with version=1.",
        ),
        killed_by="test_an_old_version_is_refused",
        code=(Patch(CANCEL, VERSION, "version is not None and version > order.version"),),
    ),
)

DELETED_TWINS = (
    Twin(
        name="deleted-otherwise",
        task="deleted",
        of="deleted-found",
        summary="the same services, written otherwise",
        code=OTHERWISE,
    ),
    Twin(
        name="listed-by-not",
        task="deleted",
        of="deleted-listed",
        summary="NOT (deleted_at IS NOT NULL) in the lists",
        code=(Patch(LISTED, NOT_DELETED, ".where(~Order.deleted_at.is_not(None))"),),
    ),
    Twin(
        name="deletion-with-a-look-at-the-items",
        task="deleted",
        of="deletion-gives-back",
        summary="a deletion that looks at the items and leaves the stock",
        code=(
            Patch(
                DELETE,
                DELETED,
                f"{DELETED}\n        for item in order.items:\n"
                "            item.product.stock += item.quantity - item.quantity",
            ),
        ),
    ),
    Twin(
        name="restored-with-a-look-at-the-status",
        task="deleted",
        of="restored-as-pending",
        summary="a restore that would set a status that is missing",
        code=(
            Patch(
                RESTORE,
                RESTORED,
                f"{RESTORED}\n        if order.status is None:\n"
                "            order.status = OrderStatus.PENDING",
            ),
        ),
    ),
    Twin(
        name="pieces-times-one",
        task="deleted",
        of="one-piece-back",
        summary="the quantity times 1",
        code=(Patch(CANCEL, GIVE_BACK, "products[item.product_id].stock += 1 * item.quantity"),),
    ),
    Twin(
        name="version-by-two-tests",
        task="deleted",
        of="old-version-taken",
        summary="two comparisons instead of `not in`",
        code=(Patch(CANCEL, VERSION, "version is not None and not version == order.version"),),
    ),
)

PAGES_MUTANTS = (
    Mutant(
        name="cursor-without-id",
        task="pages",
        bug="Of orders of one moment, those behind the end of a slice are never shown.",
        misconception="Two orders are never placed at the same moment.",
        hints=(
            "What if two orders have the same placed_at, and a slice ends between them?",
            "Give five orders one placed_at, read them two at a time, and compare all.",
        ),
        killed_by="test_slices_hold_every_order_once_the_newest_first",
        code=(Patch(LIST, AFTER, "Order.placed_at < read_cursor(after)[0]"),),
    ),
    Mutant(
        name="cursor-includes-its-row",
        task="pages",
        bug="Each slice begins with the last order of the one before.",
        misconception="A list that is long enough is complete.",
        hints=(
            "Does your test see an order that comes twice?",
            "Join all slices, and compare them with the orders that you made.",
        ),
        killed_by="test_slices_hold_every_order_once_the_newest_first",
        code=(Patch(LIST, AFTER, AFTER.replace("<", "<=")),),
    ),
    Mutant(
        name="no-next",
        task="pages",
        bug="The first slice says that there is no next one.",
        misconception="A cursor that is None means that all is well.",
        hints=(
            "Follow the cursor until it is None. How much have you seen?",
            "Store more orders than the limit, and ask for a limit of 2.",
        ),
        killed_by="test_slices_hold_every_order_once_the_newest_first",
        code=(Patch(LIST, "limit(limit + 1)", "limit(limit)"),),
    ),
    Mutant(
        name="empty-at-the-end",
        task="pages",
        bug="If the orders fill the last slice, an empty one follows.",
        misconception="A number of rows that the limit does not divide shows all.",
        hints=(
            "Try a number of orders that the limit divides.",
            "Four orders and a limit of 2 make two slices, and the second has no next.",
        ),
        killed_by="test_slices_hold_every_order_once_the_newest_first",
        code=(Patch(LIST, "len(found) > limit", "len(found) >= limit"),),
    ),
    Mutant(
        name="next-slice-unfiltered",
        task="pages",
        bug="From the second slice on, the list is not filtered by status.",
        misconception="What holds for the first page holds for the next.",
        hints=(
            "Is your filtered list longer than one slice?",
            "Store paid orders and older pending ones, and read the paid ones two at a time.",
        ),
        killed_by="test_every_slice_is_filtered",
        code=(Patch(LIST, QUERY, "_listed(user_id, None if after else status).limit(limit + 1)"),),
    ),
    Mutant(
        name="order-of-ids",
        task="pages",
        bug="The orders come in order of their ids, whenever they were placed.",
        misconception="The newest order has the highest id.",
        hints=(
            "In which order did your test make its orders?",
            "Make the newer order first, then an older one: the newer has to come first.",
        ),
        killed_by="test_slices_hold_every_order_once_the_newest_first",
        code=(Patch(LISTED, ORDER, "Order.id.desc()"),),
    ),
)

MOMENT = "read_cursor(after)[0]"
PAGES_TWINS = (
    Twin(
        name="pages-otherwise",
        task="pages",
        of="no-next",
        summary="the same services, written otherwise",
        code=OTHERWISE,
    ),
    Twin(
        name="cursor-by-or",
        task="pages",
        of="cursor-without-id",
        summary="two comparisons instead of one of rows",
        code=(
            Patch(
                LIST,
                AFTER,
                f"(Order.placed_at < {MOMENT})"
                f" | ((Order.placed_at == {MOMENT}) & (Order.id < read_cursor(after)[1]))",
            ),
        ),
    ),
    Twin(
        name="cursor-by-not",
        task="pages",
        of="cursor-includes-its-row",
        summary="NOT … >= … instead of <",
        code=(Patch(LIST, AFTER, f"~({AFTER.replace('<', '>=')})"),),
    ),
    Twin(
        name="more-by-not",
        task="pages",
        of="empty-at-the-end",
        summary="not <= instead of >",
        code=(Patch(LIST, "len(found) > limit", "not len(found) <= limit"),),
    ),
    Twin(
        name="query-by-name",
        task="pages",
        of="next-slice-unfiltered",
        summary="the same query, asked for with names",
        code=(Patch(LIST, QUERY, "_listed(status=status, user_id=user_id).limit(1 + limit)"),),
    ),
    Twin(
        name="order-by-column",
        task="pages",
        of="order-of-ids",
        summary="the table's column instead of the attribute",
        code=(Patch(LISTED, ORDER, 'Order.__table__.c["placed_at"].desc(), Order.id.desc()'),),
    ),
)

HEAD = """async def older_orders(
    session: AsyncSession, user_id: int, *, before: Order | None = None, limit: int = 20
) -> list[Order]:
    query = select(Order).where(Order.user_id == user_id, Order.deleted_at.is_(None))
    query = query.order_by(Order.placed_at.desc(), Order.id.desc())
"""
BEHIND = "tuple_(Order.placed_at, Order.id) < (before.placed_at, before.id)"

OLDER_MUTANTS = (
    Mutant(
        name="everyones",
        task="older",
        bug="The orders of all users are found.",
        misconception="The caller shows a user only what is the user's.",
        hints=("Whose orders?",),
        killed_by="test_only_of_the_user",
        edits=(("Order.user_id == user_id, ", ""),),
    ),
    Mutant(
        name="none-by-is",
        task="older",
        bug="No order is found at all.",
        misconception="`column is None` becomes IS NULL.",
        hints=("Python decides `is` before SQLAlchemy sees it.",),
        killed_by="test_deleted_are_left_out",
        edits=(("Order.deleted_at.is_(None)", "Order.deleted_at is None"),),
    ),
    Mutant(
        name="deleted-too",
        task="older",
        bug="Deleted orders are found.",
        misconception="A deleted row is not in the table.",
        hints=("A soft delete only sets a column.",),
        killed_by="test_deleted_are_left_out",
        edits=((", Order.deleted_at.is_(None)", ""),),
    ),
    Mutant(
        name="oldest-first",
        task="older",
        bug="The oldest order comes first.",
        misconception="Rows come back in the order in which one thinks of them.",
        hints=("Which of two orders comes first?",),
        killed_by="test_newest_first",
        edits=(("Order.placed_at.desc(), Order.id.desc()", "Order.placed_at, Order.id"),),
    ),
    Mutant(
        name="time-alone",
        task="older",
        bug="Of orders of one moment, some are never shown.",
        misconception="Two orders are never placed at the same moment.",
        hints=("A place in a list needs something unique.",),
        killed_by="test_every_order_once",
        edits=((BEHIND, "Order.placed_at < before.placed_at"),),
    ),
    Mutant(
        name="all-at-once",
        task="older",
        bug="All orders come at once, however few were asked for.",
        misconception="A limit is for the caller to keep.",
        hints=("How many orders were asked for?",),
        killed_by="test_every_order_once",
        edits=((".limit(limit)", ""),),
    ),
    Mutant(
        name="itself-again",
        task="older",
        bug="Each piece begins with the last order of the one before.",
        misconception="`<=` is on the safe side.",
        hints=("Behind, not from.",),
        killed_by="test_every_order_once",
        edits=((BEHIND, BEHIND.replace("<", "<=")),),
    ),
    Mutant(
        name="counted",
        task="older",
        bug="It counts what it has shown, so a new order shifts the list.",
        misconception="A list stays where it is while somebody reads it.",
        hints=("An OFFSET counts rows from the top.",),
        killed_by="test_placed_meanwhile",
        answer=f"""shown = 0


{HEAD}    global shown
    if before is None:
        shown = 0
    found = list(await session.scalars(query.limit(limit).offset(shown)))
    shown += len(found)
    return found
""",
    ),
    Mutant(
        name="looked-up",
        task="older",
        bug="If the order that was shown last is gone, it begins anew.",
        misconception="A row that was read a moment ago is still there.",
        hints=("The last order may be gone. Its place in the order is not.",),
        killed_by="test_deleted_meanwhile",
        answer=f"""{HEAD}    every = list(await session.scalars(query))
    start = every.index(before) + 1 if before in every else 0
    return every[start : start + limit]
""",
    ),
)

OLDER_TWINS = (
    Twin(
        name="older-by-or",
        task="older",
        of="time-alone",
        summary="two comparisons instead of one of rows",
        edits=(
            (
                BEHIND,
                "or_(Order.placed_at < before.placed_at,"
                " (Order.placed_at == before.placed_at) & (Order.id < before.id))",
            ),
        ),
    ),
    Twin(
        name="older-in-python",
        task="older",
        of="looked-up",
        summary="all of the user's orders read, and the right ones taken",
        answer=f"""{HEAD}    every = list(await session.scalars(query))
    if before is not None:
        place = (before.placed_at, before.id)
        every = [order for order in every if (order.placed_at, order.id) < place]
    return every[:limit]
""",
    ),
)

OLDER_PROBES = (
    Probe(
        test="test_only_of_the_user",
        task="older",
        promise="Only the user's own orders are found.",
        hints=("Whose orders does your query ask for?", "Order.user_id == user_id"),
    ),
    Probe(
        test="test_deleted_are_left_out",
        task="older",
        promise="Deleted orders are left out, and others are not.",
        hints=(
            "What does a soft delete leave in the row?",
            "Order.deleted_at.is_(None); with `is None`, Python decides, and no row is found.",
        ),
    ),
    Probe(
        test="test_newest_first",
        task="older",
        promise="The newest order comes first.",
        hints=("Which way does ORDER BY sort?", "Both columns need .desc()."),
    ),
    Probe(
        test="test_every_order_once",
        task="older",
        promise="Read in pieces of at most the limit, every order comes once, "
        "also orders of one moment.",
        hints=(
            "What if a piece ends between two orders of one moment?",
            "Compare both columns at once, tuple_(…) < tuple_(…), and sort by both.",
        ),
    ),
    Probe(
        test="test_placed_meanwhile",
        task="older",
        promise="It goes on rightly when new orders have been placed meanwhile.",
        hints=(
            "What does a new order at the top do to a position that was counted?",
            "Go on from the order `before`, not from a number.",
        ),
    ),
    Probe(
        test="test_deleted_meanwhile",
        task="older",
        promise="It goes on rightly behind an order that was deleted meanwhile.",
        hints=(
            "What if `before` is no longer in the list?",
            "Compare with before.placed_at and before.id, which you have, "
            "and do not look the order up.",
        ),
    ),
)

SOLUTION = {
    "moved": ("False", "True"),
    "not_suspended": ("0", "2"),
    "versions": ("2", "3"),
    "past_the_end": ("(0, 4)", "(0, 0)"),
    "known_already": ('"Ada"', '"Grace"'),
}
BELIEVED = {
    "moved": "now() is the time of the statement.",
    "not_suspended": "`column is None` becomes IS NULL.",
    "versions": "Every UPDATE moves the version.",
    "past_the_end": "A page without rows has no total.",
    "known_already": "A SELECT overwrites the object that the session has.",
}
PREDICT_MUTANTS = tuple(
    Mutant(
        name=f"predicted-{name.replace('_', '-')}",
        task="predict",
        bug=f"The prediction for {name} is {wrong}.",
        misconception=BELIEVED[name],
        hints=("Run the program in your head, statement by statement.",),
        killed_by=f"test_{name}",
        edits=((f'"{name}": {right},', f'"{name}": {wrong},'),),
    )
    for name, (right, wrong) in SOLUTION.items()
)
PREDICT_TWINS = (
    Twin(
        name="predicted-by-name",
        task="predict",
        of="predicted-moved",
        summary="the same predictions, written with dict()",
        answer="PREDICTED = dict("
        + ", ".join(f"{name}={right}" for name, (right, _) in SOLUTION.items())
        + ")\n",
    ),
)
PREDICT_PROBES = (
    Probe(
        test="test_moved",
        task="predict",
        promise="moved: updated_at, after two changes.",
        hints=(
            "How many transactions are there?",
            "In one transaction now() is one moment, however often it is asked.",
        ),
    ),
    Probe(
        test="test_not_suspended",
        task="predict",
        promise="not_suspended: a condition with `is None`.",
        hints=(
            "Who evaluates `is`: the database, or Python?",
            "A column object is not None, so the condition is False.",
        ),
    ),
    Probe(
        test="test_versions",
        task="predict",
        promise="versions: a change by an object, and one by a statement.",
        hints=(
            "Who adds 1 to the version?",
            "The unit of work does, when it flushes an object. update() is none of its business.",
        ),
    ),
    Probe(
        test="test_past_the_end",
        task="predict",
        promise="past_the_end: the page after the last.",
        hints=(
            "What does the total count?",
            "The total is that of the whole list, on every page.",
        ),
    ),
    Probe(
        test="test_known_already",
        task="predict",
        promise="known_already: an object whose row was changed by a statement.",
        hints=(
            "Is the object that comes back a new one?",
            "The identity map gives the object that the session has, and leaves its attributes.",
        ),
    ),
)

VARIANTS = Variants(
    tasks=TASKS,
    references=REFERENCES,
    twins=MEND_TWINS + DELETED_TWINS + PAGES_TWINS + OLDER_TWINS + PREDICT_TWINS,
    mutants=MEND_MUTANTS + DELETED_MUTANTS + PAGES_MUTANTS + OLDER_MUTANTS + PREDICT_MUTANTS,
    probes=OLDER_PROBES + PREDICT_PROBES,
)
