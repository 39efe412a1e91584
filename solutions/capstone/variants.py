"""Returns and refunds: correct programs and schemas, and thirty with a bug."""

from nomocks.mutation.code import Change, Patch, SwapModule
from nomocks.mutation.schema import (
    check_by_trigger,
    drop_constraint,
    exchange_on_delete,
    foreign_key_by_trigger,
)
from nomocks.mutation.variants import Mutant, Reference, Task, Twin, Variants

TASKS = (
    Task("request", "Request"),
    Task("receive", "Receive and reject"),
    Task("refund", "Refund"),
    Task("kept", "What the database keeps, and the list"),
)

OTHERWISE = (
    SwapModule("shop.services.returns", "shop.otherwise.returns"),
    SwapModule("shop.services.refunds", "shop.otherwise.refunds"),
)

REFERENCES = (
    Reference("as-it-is", "the services as they are"),
    Reference("otherwise", "the services, written in another way", code=OTHERWISE),
)

RETURNS, REFUNDS = "shop.services.returns", "shop.services.refunds"
REQUEST = f"{RETURNS}:request_return"
ORDER = f"{RETURNS}:_locked_order"
QUANTITIES = f"{RETURNS}:_check_quantities"
ALREADY = f"{RETURNS}:_already_returned"
NOT_REJECTED = "Return.status != ReturnStatus.REJECTED"
RECEIVE = f"{RETURNS}:receive_return"
REJECT = f"{RETURNS}:reject_return"
LIST = f"{RETURNS}:list_returns"
REFUND, BEGIN, PAY_OUT = f"{REFUNDS}:refund", f"{REFUNDS}:_begin", f"{REFUNDS}:_pay_out"
WORTH, WORTH_OF_ITEM = f"{REFUNDS}:worth", f"{REFUNDS}:_worth"
FIND = "__import__('shop.services.returns', fromlist=['*']).find_return"
ANY_STATUS, ANY_LATER = f"{FIND}(session, return_id)", f"{FIND}(session, begun.return_id)"
PAID_OUT_ONCE = "uq_refunds_paid_out_return"


def bug(
    task: str,
    name: str,
    told: str,
    misconception: str,
    hints: tuple[str, str],
    killed_by: str,
    *code: Change,
    statements: tuple[str, ...] = (),
) -> Mutant:
    """A promise broken, worth one point."""
    return Mutant(name, task, told, misconception, hints, killed_by, statements, code)


REQUEST_BUGS = (
    bug(
        "request",
        "others-order",
        "A user may return what another user has ordered.",
        "Who knows the number of an order is its owner.",
        ("Whose order is it?", "Ask with the id of another user: NotFound."),
        "test_the_order_of_another_user_is_not_found",
        Patch(ORDER, "Order.user_id == user_id, ", ""),
    ),
    bug(
        "request",
        "deleted-order",
        "An order that was deleted may be returned.",
        "A soft delete needs no test of its own in each function that reads.",
        ("Which orders does the shop hide?", "Store a shipped order that is deleted."),
        "test_a_deleted_order_is_not_found",
        Patch(ORDER, ", Order.deleted_at.is_(None)", ""),
    ),
    bug(
        "request",
        "paid-order",
        "An order that is paid, and not shipped yet, may be returned.",
        "To try one wrong status is to try them all.",
        ("Which statuses does an order have?", "Try each of the others, one after the other."),
        "test_only_a_shipped_order_is_returned",
        Patch(
            REQUEST,
            "require(order, OrderStatus.SHIPPED)",
            "require(order, OrderStatus.PAID, OrderStatus.SHIPPED)",
        ),
    ),
    bug(
        "request",
        "last-day",
        "On the thirtieth day exactly, a return is too late.",
        "One order long ago and one of today show where the limit is.",
        (
            "A limit is tested on both sides of itself.",
            "now() stands still in a transaction, so an order can be exactly 30 days old.",
        ),
        "test_thirty_days_are_in_time_and_more_are_not",
        Patch(REQUEST, ".one() > order.placed_at", ".one() >= order.placed_at"),
    ),
    bug(
        "request",
        "last-line-counts",
        "Of two lines for one product, only the last one counts.",
        "Nobody names a product twice.",
        ("What is done with lines for the same product?", "Ask for 2 and for 1 of it."),
        "test_lines_for_one_product_are_added_together",
        Patch(REQUEST, "added_together(lines)", "dict(lines) if added_together(lines) else {}"),
    ),
    bug(
        "request",
        "each-return-alone",
        "More pieces are returned than were ordered, in two returns.",
        "A quantity is compared with what was ordered, and that is all.",
        ("What has been sent back before?", "Order 3, return 2, and then 2 again."),
        "test_no_more_than_was_ordered_is_returned_in_all",
        Patch(QUANTITIES, "item.quantity - returned[item.id]", "item.quantity"),
    ),
    bug(
        "request",
        "rejected-counts",
        "What was rejected can't be sent back any more.",
        "A return is a return, whatever became of it.",
        ("Which returns don't count?", "Reject one, and ask for the same pieces again."),
        "test_what_was_rejected_is_returned",
        Patch(ALREADY, f", {NOT_REJECTED}", ""),
    ),
    bug(
        "request",
        "received-forgotten",
        "What has been received can be returned a second time.",
        "Open returns are those that count.",
        ("Which returns count?", "Receive one, and ask for the same pieces again."),
        "test_what_came_back_is_not_returned_again",
        Patch(ALREADY, NOT_REJECTED, "Return.status == ReturnStatus.REQUESTED"),
    ),
    bug(
        "request",
        "unknown-left-out",
        "A product that is not in the order is left out without a word.",
        "What does not fit may be skipped.",
        ("What if a line names another product?", "Beside a right line, too: NotFound."),
        "test_a_product_that_was_not_ordered_is_not_found",
        Patch(
            REQUEST,
            "await _check_quantities(session, items, quantities)",
            "quantities = {id: n for id, n in quantities.items() if id in items}\n"
            "    await _check_quantities(session, items, quantities)",
        ),
    ),
    bug(
        "request",
        "at-the-same-time",
        "Two requests at the same time return more pieces than were ordered.",
        "A check before an insert holds until the insert.",
        (
            "What does the second transaction see while the first has not committed?",
            "With race(engine): stop the first one before COMMIT, and start the second.",
        ),
        "test_of_two_at_once_the_second_has_to_wait",
        Patch(ORDER, "        .with_for_update()\n", ""),
    ),
    bug(
        "request",
        "not-announced",
        "A request leaves no message in the outbox.",
        "What is returned is all that a function does.",
        ("What else is stored with a return?", "Read the outbox."),
        "test_a_request_is_stored_and_announced",
        Patch(REQUEST, 'session.add(return_message("return.requested", one))', "pass"),
    ),
)

RECEIVE_BUGS = (
    bug(
        "receive",
        "all-of-the-order",
        "All pieces of the ordered products are in the stock again, also those not sent back.",
        "A test that returns everything shows how much comes back.",
        ("How many pieces came back?", "Return fewer than were ordered."),
        "test_what_comes_back_is_in_the_stock_again",
        Patch(RECEIVE, "+= item.quantity", "+= item.order_item.quantity"),
    ),
    bug(
        "receive",
        "damaged-on-the-shelf",
        "Damaged pieces are sold again.",
        "Where damage is noted, it is heeded.",
        ("Where do damaged pieces go?", "Look at the stock, besides the items."),
        "test_damaged_pieces_are_noted_and_not_sold_again",
        Patch(RECEIVE, "+= item.quantity - item.damaged", "+= item.quantity"),
    ),
    bug(
        "receive",
        "negative-damage",
        "With a negative number of damaged pieces, the stock grows by more than came back.",
        "Numbers of pieces are positive.",
        ("Which numbers make no sense?", "Try -1, and look at what is stored."),
        "test_damaged_are_some_of_the_pieces_that_came",
        Patch(RECEIVE, "not 0 <= pieces <= sent", "pieces > sent"),
        Patch(
            RECEIVE,
            "item.damaged = damaged.get(product_id, 0)",
            "item.damaged = max(damaged.get(product_id, 0), 0)",
        ),
    ),
    bug(
        "receive",
        "damage-of-nothing",
        "Damage to a product that did not come is accepted.",
        "A key that nobody looks up does no harm.",
        ("Which products may be named?", "Name one that is not in the return: Invalid."),
        "test_a_product_that_did_not_come_is_not_damaged",
        Patch(RECEIVE, "if product_id in items else 0", "if product_id in items else pieces"),
    ),
    bug(
        "receive",
        "received-twice",
        "A parcel that is received twice is in the stock twice.",
        "Nobody presses a button twice.",
        ("In which status is a return received?", "Receive it again: WrongStatus."),
        "test_a_return_is_received_once",
        Patch(
            RECEIVE,
            "await locked_return(session, id, ReturnStatus.REQUESTED)",
            "await find_return(session, id)",
        ),
    ),
    bug(
        "receive",
        "blank-reason",
        "A return is rejected for a reason of blanks.",
        "A text that is not empty says something.",
        ("Which texts say nothing?", 'Try "  ".'),
        "test_blanks_are_no_reason",
        Patch(REJECT, "if not because.strip():", "if not because:"),
    ),
    bug(
        "receive",
        "rejected-and-back",
        "Pieces of a rejected return are in the stock again.",
        "A return ends, and its pieces are back.",
        ("Who has the pieces of a rejected return?", "Look at the stock after it."),
        "test_a_rejected_return_says_why_and_leaves_the_stock",
        Patch(
            REJECT,
            "one.rejected_because = because",
            "one.rejected_because = because\n"
            "    for item in one.items:\n"
            "        item.order_item.product.stock += item.quantity",
        ),
    ),
)

REFUND_BUGS = (
    bug(
        "refund",
        "price-of-today",
        "The price that the product has today is given back.",
        "A product has one price.",
        ("Which price did the customer pay?", "`shipped_order` sells for less than today."),
        "test_a_return_is_paid_out_at_the_price_that_was_paid",
        Patch(WORTH_OF_ITEM, "item.order_item.unit_price", "item.order_item.product.price"),
    ),
    bug(
        "refund",
        "damaged-for-nothing",
        "A damaged piece gives nothing, where it gives half.",
        "A test without damage shows the sum.",
        ("What does a damaged piece give?", "Receive two pieces, one of them damaged."),
        "test_a_return_is_paid_out_at_the_price_that_was_paid",
        Patch(WORTH_OF_ITEM, "Decimal(item.damaged) / 2", "item.damaged"),
    ),
    bug(
        "refund",
        "half-to-even",
        "Half a cent is rounded to the even cent, so 0.025 gives 0.02.",
        "Rounding is rounding; 0.035 gives 0.04 either way.",
        (
            "Which amounts have half a cent?",
            "Half of 0.05 is 0.025. Up means 0.03; to the even cent means 0.02.",
        ),
        "test_half_a_cent_is_rounded_up",
        Patch(WORTH, "ROUND_HALF_UP", "'ROUND_HALF_EVEN'"),
    ),
    bug(
        "refund",
        "before-it-came",
        "Money is paid out for a return that was not received yet.",
        "Who asks for a refund has looked at the status.",
        ("When is money paid out?", "Ask for the refund of a requested return: WrongStatus."),
        "test_a_return_is_paid_out_when_it_was_received_and_once",
        Patch(BEGIN, "locked_return(session, return_id, ReturnStatus.RECEIVED)", ANY_STATUS),
        Patch(PAY_OUT, "locked_return(session, begun.return_id, ReturnStatus.RECEIVED)", ANY_LATER),
    ),
    bug(
        "refund",
        "failed-payment",
        "Money is given back from a payment that had failed.",
        "An order has one payment, and it was captured.",
        ("From which payment is money given back?", "Let the only payment be a failed one."),
        "test_nothing_is_paid_out_of_a_payment_that_failed",
        Patch(
            BEGIN, "Payment.order_id == one.order_id, captured", "Payment.order_id == one.order_id"
        ),
    ),
    bug(
        "refund",
        "paid-out-twice",
        "After an outage the next try has another key, and the money may be paid out twice.",
        "No answer means that nothing happened.",
        (
            "What does the provider know of a request whose answer was lost?",
            "Answer 503 at first, then 201, and compare the two keys.",
        ),
        "test_an_outage_pays_nothing_twice",
        Patch(REFUND, "except Declined:", "except (Declined, Exception):"),
    ),
    bug(
        "refund",
        "refused-for-good",
        "After a refusal the next try has the same key, and is refused for good.",
        "A refusal and an outage are both failures.",
        (
            "What does the provider answer to a key that it has refused?",
            "Answer 402 at first, then 201, and compare keys and rows.",
        ),
        "test_after_a_refusal_comes_another_refund",
        Patch(REFUND, "failed.status = RefundStatus.FAILED", "pass"),
    ),
    bug(
        "refund",
        "told-too-early",
        "The world is told of a refund before the money is paid out.",
        "A message in the outbox is right, whenever it was written.",
        ("When is the message written?", "Let the provider be away, and read the outbox."),
        "test_an_outage_pays_nothing_twice",
        Patch(
            BEGIN,
            "return refund, charge",
            'session.add(return_message("return.refunded", one))\n        return refund, charge',
        ),
        Patch(PAY_OUT, "session.add(message)", "pass"),
    ),
)

KEPT_BUGS = (
    bug(
        "kept",
        "damage-unlimited",
        "An item may have more damaged pieces than pieces.",
        "The service checks, so the table need not.",
        ("Write past the service.", "UPDATE return_items, more damaged than there are."),
        "test_no_more_is_damaged_than_came",
        statements=(drop_constraint("return_items", "ck_return_items_damaged_within_quantity"),),
    ),
    bug(
        "kept",
        "two-refunds",
        "Two refunds of one return may be paid out.",
        "A unique index needs a test only where a service catches its error.",
        ("Write past the service.", "Store two refunds of one return, both paid out."),
        "test_a_return_is_paid_out_once",
        statements=(f"DROP INDEX {PAID_OUT_ONCE}",),
    ),
    bug(
        "kept",
        "record-deleted",
        "Who deletes an item of an order deletes what is known of its return.",
        "A foreign key is a foreign key, whatever it does on delete.",
        ("What becomes of rows that point at a deleted one?", "Delete the order's items."),
        "test_what_was_sent_back_stays_on_record",
        statements=exchange_on_delete(
            "return_items",
            "fk_return_items_order_item_id",
            "order_item_id",
            "order_items",
            "CASCADE",
        ),
    ),
    bug(
        "kept",
        "lost-between-slices",
        "Of returns requested at the same moment, some are never listed.",
        "Rows have different times.",
        (
            "What if two rows are equal in what they are ordered by?",
            "Give two returns one requested_at, and read slices of one.",
        ),
        "test_the_oldest_come_first_and_each_once",
        Patch(
            LIST,
            "tuple_(Return.requested_at, Return.id) > tuple_(*read_cursor(after))",
            "Return.requested_at > read_cursor(after)[0]",
        ),
    ),
)

TWINS = (
    Twin(
        "request-otherwise",
        "request",
        tuple(one.name for one in REQUEST_BUGS),
        "a request that is written otherwise in every place",
        code=(
            Patch(ORDER, "Order.user_id == user_id", "Order.user_id.in_([user_id])"),
            Patch(ORDER, "Order.deleted_at.is_(None)", "~Order.deleted_at.is_not(None)"),
            Patch(ORDER, ".with_for_update()", ".with_for_update(of=Order)"),
            Patch(REQUEST, "OrderStatus.SHIPPED", "*[OrderStatus.SHIPPED]"),
            Patch(
                REQUEST, ".one() > order.placed_at + WINDOW", ".one() - WINDOW > order.placed_at"
            ),
            Patch(REQUEST, "added_together(lines)", "dict(added_together(lines))"),
            Patch(REQUEST, "session, items, quantities", "session, dict(items), quantities"),
            Patch(
                REQUEST,
                'session.add(return_message("return.requested", one))',
                'session.add_all([return_message("return.requested", one)])',
            ),
            Patch(QUANTITIES, "item.quantity - returned", "item.quantity + -returned"),
            Patch(ALREADY, NOT_REJECTED, "Return.status.not_in([ReturnStatus.REJECTED])"),
        ),
    ),
    Twin(
        "receive-otherwise",
        "receive",
        tuple(one.name for one in RECEIVE_BUGS),
        "a receipt and a rejection that are written otherwise in every place",
        code=(
            Patch(RECEIVE, "+= item.quantity - item.damaged", "+= -item.damaged + item.quantity"),
            Patch(RECEIVE, "not 0 <= pieces <= sent", "pieces < 0 or pieces > sent"),
            Patch(RECEIVE, "if product_id in items else 0", "if items.get(product_id) else 0"),
            Patch(RECEIVE, "ReturnStatus.REQUESTED", "ReturnStatus('requested')"),
            Patch(REJECT, "if not because.strip():", "if because.strip() == '':"),
            Patch(REJECT, "one.rejected_because = because", "one.rejected_because = str(because)"),
        ),
    ),
    Twin(
        "refund-otherwise",
        "refund",
        tuple(one.name for one in REFUND_BUGS),
        "a refund that is written otherwise in every place",
        code=(
            Patch(WORTH_OF_ITEM, "item.order_item.unit_price *", "+item.order_item.unit_price *"),
            Patch(WORTH_OF_ITEM, "Decimal(item.damaged) / 2", "item.damaged * Decimal('0.5')"),
            Patch(WORTH, "ROUND_HALF_UP", "'ROUND_HALF_UP'"),
            Patch(BEGIN, "ReturnStatus.RECEIVED", "ReturnStatus('received')"),
            Patch(
                BEGIN,
                "Payment.order_id == one.order_id, captured",
                "captured, Payment.order_id == one.order_id",
            ),
            Patch(REFUND, "except Declined:", "except (Declined,):"),
            Patch(REFUND, "RefundStatus.FAILED", "RefundStatus('failed')"),
            Patch(PAY_OUT, "session.add(message)", "session.add_all([message])"),
        ),
    ),
    Twin(
        "damage-by-trigger",
        "kept",
        "damage-unlimited",
        "a trigger that checks how many pieces are damaged",
        check_by_trigger(
            "return_items",
            "ck_return_items_damaged_within_quantity",
            "NEW.damaged BETWEEN 0 AND NEW.quantity",
        ),
    ),
    Twin(
        "one-refund-by-exclusion",
        "kept",
        "two-refunds",
        "an exclusion constraint in place of the unique index",
        (
            f"DROP INDEX {PAID_OUT_ONCE}",
            "ALTER TABLE refunds ADD EXCLUDE USING btree (return_id WITH =)"
            " WHERE (status = 'paid_out')",
        ),
    ),
    Twin(
        "record-by-trigger",
        "kept",
        "record-deleted",
        "triggers in place of the foreign key",
        foreign_key_by_trigger(
            "return_items",
            "fk_return_items_order_item_id",
            "order_item_id",
            "order_items",
            "RESTRICT",
        ),
    ),
    Twin(
        "list-otherwise",
        "kept",
        "lost-between-slices",
        "a cursor that is compared otherwise",
        code=(
            Patch(
                LIST,
                "tuple_(Return.requested_at, Return.id) > tuple_(*read_cursor(after))",
                "~(tuple_(Return.requested_at, Return.id) <= tuple_(*read_cursor(after)))",
            ),
        ),
    ),
)

VARIANTS = Variants(
    tasks=TASKS,
    references=REFERENCES,
    twins=TWINS,
    mutants=REQUEST_BUGS + RECEIVE_BUGS + REFUND_BUGS + KEPT_BUGS,
)
