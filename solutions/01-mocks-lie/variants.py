"""The code and the schemas that the tests of this assignment are run against."""

from nomocks.mutation.code import Patch, Rewrite
from nomocks.mutation.schema import RENAME_CONSTRAINTS
from nomocks.mutation.variants import Mutant, Probe, Reference, Task, Twin, Variants

TASKS = (
    Task("mend", "A mocked test, mended"),
    Task("services", "What PostgreSQL makes of it"),
    Task("drift", "Drift and plans"),
    Task("predict", "SQLite and PostgreSQL", literal=True),
)

REFERENCES = (
    Reference("as-it-is", "the code and the schema as they are"),
    Reference(
        "other-names",
        "the same schema with other names of constraints and indexes",
        (
            RENAME_CONSTRAINTS,
            "ALTER INDEX ix_products_category_id RENAME TO products_by_category",
        ),
    ),
)

MEND_MUTANTS = (
    Mutant(
        name="inactive-too",
        task="mend",
        bug="Users who are not active are found, too.",
        misconception="One active user, found, shows that the others are left out.",
        hints=(
            "A test of a filter needs a row that the filter takes away.",
            "Store a user with active=False beside an active one.",
        ),
        killed_by="test_only_who_may_log_in_is_found",
        code=(Patch("given:active_users", "where(User.active, User", "where(User"),),
    ),
    Mutant(
        name="suspended-too",
        task="mend",
        bug="Users who are suspended are found, too.",
        misconception="Who is suspended is not active.",
        hints=(
            "The filter has two conditions. Is there a row for each that it alone takes away?",
            "Store an active user with a suspended_at.",
        ),
        killed_by="test_only_who_may_log_in_is_found",
        code=(
            Patch("given:active_users", "User.active, User.suspended_at.is_(None)", "User.active"),
        ),
    ),
    Mutant(
        name="suspended-only",
        task="mend",
        bug="Users are found if they are suspended, and not otherwise.",
        misconception="A mock that returns Ada shows that the query finds Ada.",
        hints=(
            "What does the function return for an active user, really stored?",
            "Store one active user, flush, and compare the names that come back.",
        ),
        killed_by="test_only_who_may_log_in_is_found",
        code=(Patch("given:active_users", "is_(None)", "is_not(None)"),),
    ),
    Mutant(
        name="in-order-of-arrival",
        task="mend",
        bug="Users come in the order in which they were stored.",
        misconception="Rows that come in the right order in a test were sorted.",
        hints=(
            "In which order did your test store the users?",
            "Store them in another order than that of their emails, with a flush after each.",
        ),
        killed_by="test_users_come_in_order_of_their_email",
        code=(Patch("given:active_users", "order_by(User.email)", "order_by(User.id)"),),
    ),
)

MEND_TWINS = (
    Twin(
        name="filtered-by-keywords",
        task="mend",
        of="inactive-too",
        summary="filter_by() in place of where()",
        code=(
            Rewrite(
                "given:active_users",
                """
                async def active_users(session):
                    query = select(User).filter_by(active=True, suspended_at=None)
                    found = await session.scalars(query.order_by(User.email.asc()))
                    return [*found]
                """,
            ),
        ),
    ),
    Twin(
        name="active-is-true",
        task="mend",
        of="inactive-too",
        summary="the column compared with true",
        code=(Patch("given:active_users", "where(User.active,", "where(User.active.is_(True),"),),
    ),
    Twin(
        name="conditions-one-by-one",
        task="mend",
        of="suspended-too",
        summary="a where() for each condition",
        code=(
            Patch(
                "given:active_users",
                "User.active, User.suspended_at",
                "User.active).where(User.suspended_at",
            ),
        ),
    ),
    Twin(
        name="not-suspended",
        task="mend",
        of="suspended-only",
        summary="the condition turned around twice",
        code=(
            Patch(
                "given:active_users",
                "User.suspended_at.is_(None)",
                "~User.suspended_at.is_not(None)",
            ),
        ),
    ),
    Twin(
        name="by-email-then-id",
        task="mend",
        of="in-order-of-arrival",
        summary="the id as a second key of the order",
        code=(Patch("given:active_users", "(User.email)", "(User.email, User.id)"),),
    ),
)

SERVICES_MUTANTS = (
    Mutant(
        name="a-line-for-each",
        task="services",
        bug="place_order makes an item for each line of the basket.",
        misconception="The test of calls shows one add and one commit, so all is well.",
        hints=(
            "Which promise is about two lines of one basket?",
            "Put the same product into the basket twice, and select the quantities.",
        ),
        killed_by="test_a_product_twice_is_one_item",
        code=(
            Patch("given:place_order", "quantities = Counter()", "quantities = []"),
            Patch(
                "given:place_order",
                "quantities[product] += quantity",
                "quantities.append((product, quantity))",
            ),
            Patch("given:place_order", "quantities.items()", "quantities"),
        ),
    ),
    Mutant(
        name="the-last-quantity-counts",
        task="services",
        bug="Of a product that is in the basket twice, place_order takes the last quantity.",
        misconception="A basket is a dictionary, from product to quantity.",
        hints=(
            "One item is right. Which quantity has it?",
            "Let the two quantities differ, and compare the stored one with their sum.",
        ),
        killed_by="test_a_product_twice_is_one_item",
        code=(
            Patch(
                "given:place_order",
                "quantities[product] += quantity",
                "quantities[product] = quantity",
            ),
        ),
    ),
    Mutant(
        name="the-sum-is-rounded",
        task="services",
        bug="sell rounds the amount, and not the price of one piece.",
        misconception="It is all the same where one rounds.",
        hints=(
            "The column of the price has two places. What does PostgreSQL make of a third?",
            "Sell a hundred pieces with 15 percent off, and compare with OrderItem.total.",
        ),
        killed_by="test_what_is_due_is_the_total",
        code=(
            Patch("given:sell", '.quantize(Decimal("0.01"))', ""),
            Patch("given:sell", "price * quantity", '(price * quantity).quantize(Decimal("0.01"))'),
        ),
    ),
    Mutant(
        name="the-price-is-not-rounded",
        task="services",
        bug="sell returns an amount of more than two places.",
        misconception="A Decimal is exact, so nothing gets lost.",
        hints=(
            "The column of the price has two places. What does PostgreSQL make of a third?",
            "Sell a hundred pieces with 15 percent off, and compare with OrderItem.total.",
        ),
        killed_by="test_what_is_due_is_the_total",
        code=(Patch("given:sell", '.quantize(Decimal("0.01"))', ""),),
    ),
    Mutant(
        name="told-and-not-stored",
        task="services",
        bug="sell returns the reduced amount, and stores the full price.",
        misconception="What a function returns is what it has stored.",
        hints=(
            "With which number did you compare the amount: one of your own, or the database's?",
            "Select OrderItem.total, and compare.",
        ),
        killed_by="test_what_is_due_is_the_total",
        code=(Patch("given:sell", "unit_price=price", "unit_price=product.price"),),
    ),
    Mutant(
        name="no-savepoint",
        task="services",
        bug="After a known address, subscribe can store nothing more.",
        misconception="An exception that is caught is over.",
        hints=(
            "What does PostgreSQL do with a transaction in which a statement has failed?",
            "Give it a known address with a new one behind it.",
        ),
        killed_by="test_new_addresses_are_stored_around_a_known_one",
        code=(Patch("given:subscribe", "session.begin_nested()", "suppress()"),),
    ),
    Mutant(
        name="one-savepoint-for-all",
        task="services",
        bug="A known address takes with it all the new ones of the list.",
        misconception="One savepoint around the loop does the same for less.",
        hints=(
            "A rollback to a savepoint takes back all since it was set.",
            "Give it a known address with a new one in front of it.",
        ),
        killed_by="test_new_addresses_are_stored_around_a_known_one",
        code=(
            Rewrite(
                "given:subscribe",
                """
                async def subscribe(session, emails):
                    with suppress(IntegrityError):
                        async with session.begin_nested():
                            for email in emails:
                                await session.execute(insert(User).values(email=email, name=email))
                    await session.commit()
                """,
            ),
        ),
    ),
    Mutant(
        name="never-committed",
        task="services",
        bug="subscribe stores the new addresses, and does not commit them.",
        misconception="What a session finds after a flush has been stored for good.",
        hints=(
            "A session finds its own rows, committed or not. What would be left after a rollback?",
            "After subscribe, await session.rollback(), and select then.",
        ),
        killed_by="test_new_addresses_are_stored_around_a_known_one",
        code=(Patch("given:subscribe", "await session.commit()", "await session.flush()"),),
    ),
)

SERVICES_TWINS = (
    Twin(
        name="flushed-and-committed",
        task="services",
        of="never-committed",
        summary="a flush before the commit",
        code=(
            Patch(
                "given:subscribe",
                "await session.commit()",
                "await session.flush()\n    await session.commit()",
            ),
        ),
    ),
    Twin(
        name="rows-of-dictionaries",
        task="services",
        of="a-line-for-each",
        summary="one INSERT of rows",
        code=(
            Rewrite(
                "given:place_order",
                """
                async def place_order(session, user_id, basket):
                    order = Order(user_id=user_id)
                    session.add(order)
                    await session.flush()
                    prices, quantities = {}, {}
                    for product, quantity in basket:
                        prices[product.id] = product.price
                        quantities[product.id] = quantities.get(product.id, 0) + quantity
                    rows = [
                        {"order_id": order.id, "product_id": id, "quantity": quantities[id],
                         "unit_price": prices[id]}
                        for id in sorted(quantities)
                    ]
                    if rows:
                        await session.execute(insert(OrderItem), rows)
                    await session.commit()
                    return order
                """,
            ),
        ),
    ),
    Twin(
        name="sold-by-insert",
        task="services",
        of="told-and-not-stored",
        summary="INSERT … RETURNING the total",
        code=(
            Rewrite(
                "given:sell",
                """
                async def sell(session, order, product, quantity, off):
                    price = round(product.price - product.price * off / 100, 2)
                    added = insert(OrderItem).values(
                        order_id=order.id, product_id=product.id, quantity=quantity,
                        unit_price=price,
                    )
                    return await session.scalar(added.returning(OrderItem.total))
                """,
            ),
        ),
    ),
    Twin(
        name="each-asked-first",
        task="services",
        of="no-savepoint",
        summary="each address looked for, before it is stored",
        code=(
            Rewrite(
                "given:subscribe",
                """
                async def subscribe(session, emails):
                    for email in emails:
                        known = select(User.id).where(User.email == email)
                        if await session.scalar(known) is None:
                            session.add(User(email=email, name=email))
                            await session.flush()
                    await session.commit()
                """,
            ),
        ),
    ),
    Twin(
        name="lines-sorted",
        task="services",
        of="a-line-for-each",
        summary="the items in order of their product",
        code=(
            Patch(
                "given:place_order",
                "in quantities.items()",
                "in sorted(quantities.items(), key=lambda item: item[0].id)",
            ),
        ),
    ),
    Twin(
        name="added-by-get",
        task="services",
        of="the-last-quantity-counts",
        summary="quantities added by dict.get",
        code=(
            Patch(
                "given:place_order",
                "quantities[product] += quantity",
                "quantities[product] = quantities.get(product, 0) + quantity",
            ),
        ),
    ),
    Twin(
        name="rounded-by-round",
        task="services",
        of="the-sum-is-rounded",
        summary="round() in place of quantize()",
        code=(
            Patch(
                "given:sell",
                '(product.price * (100 - off) / 100).quantize(Decimal("0.01"))',
                "round(product.price * (100 - off) / 100, 2)",
            ),
        ),
    ),
    Twin(
        name="exponent-of-two",
        task="services",
        of="the-price-is-not-rounded",
        summary="the same exponent, written otherwise",
        code=(Patch("given:sell", 'Decimal("0.01")', 'Decimal("1.00")'),),
    ),
    Twin(
        name="told-by-the-database",
        task="services",
        of="told-and-not-stored",
        summary="the amount asked of the database",
        code=(
            Patch(
                "given:sell",
                "return price * quantity",
                'await session.refresh(item, ["total"])\n    return item.total',
            ),
        ),
    ),
    Twin(
        name="on-conflict",
        task="services",
        of="no-savepoint",
        summary="INSERT … ON CONFLICT DO NOTHING in place of a savepoint",
        code=(
            Rewrite(
                "given:subscribe",
                """
                async def subscribe(session, emails):
                    from sqlalchemy.dialects.postgresql import insert

                    rows = [{"email": email, "name": email} for email in emails]
                    if rows:
                        await session.execute(insert(User).on_conflict_do_nothing(), rows)
                    await session.commit()
                """,
            ),
        ),
    ),
    Twin(
        name="known-ones-first",
        task="services",
        of="one-savepoint-for-all",
        summary="the known addresses asked for at once",
        code=(
            Rewrite(
                "given:subscribe",
                """
                async def subscribe(session, emails):
                    known = set(await session.scalars(select(User.email)))
                    new = [email for email in dict.fromkeys(emails) if email not in known]
                    async with session.begin_nested():
                        session.add_all(User(email=email, name=email) for email in new)
                    await session.commit()
                """,
            ),
        ),
    ),
)

DRIFT_MUTANTS = (
    Mutant(
        name="name-of-50",
        task="drift",
        bug="A name of more than 50 letters is refused.",
        misconception="The tables of the tests come from the models, so production's do, too.",
        hints=(
            "How long was the name in your test?",
            "A limit is tested at the limit: store a name of exactly 100 letters.",
        ),
        killed_by="test_a_name_may_have_100_letters",
        statements=("ALTER TABLE users ALTER COLUMN name TYPE varchar(50)",),
    ),
    Mutant(
        name="price-without-cents",
        task="drift",
        bug="A price is stored in whole numbers.",
        misconception="Numeric(10) keeps ten digits, wherever the point is.",
        hints=(
            "What comes back for a price that has cents?",
            "The object has what Python put into it: select Product.price.",
        ),
        killed_by="test_a_price_keeps_its_cents",
        statements=("ALTER TABLE products ALTER COLUMN price TYPE numeric(10)",),
    ),
    Mutant(
        name="moment-without-zone",
        task="drift",
        bug="The time of a suspension comes back without a zone.",
        misconception="DateTime in a migration is DateTime in the model.",
        hints=(
            "What can't be compared with a naive time?",
            "Store a time with tzinfo=UTC, select User.suspended_at, and compare the two.",
        ),
        killed_by="test_a_suspension_keeps_its_zone",
        statements=(
            "ALTER TABLE users ALTER COLUMN suspended_at TYPE timestamp"
            " USING suspended_at AT TIME ZONE 'UTC'",
        ),
    ),
    Mutant(
        name="lower-on-the-column",
        task="drift",
        bug="Looking up an email reads all users.",
        misconception="An index on a column serves every condition on that column.",
        hints=(
            "The right user is found. What tells how?",
            "Ask for the fixture crowd, then assert_no_seq_scan on the plan of by_email(…).",
        ),
        killed_by="test_an_email_is_looked_up",
        code=(Patch("given:by_email", "User.email ==", "func.lower(User.email) =="),),
    ),
    Mutant(
        name="category-not-indexed",
        task="drift",
        bug="Listing a category reads all products.",
        misconception="A foreign key brings an index along.",
        hints=(
            "The right products are found. What tells how?",
            "Ask for the fixture crowd, then assert_no_seq_scan on the plan of in_category(…).",
        ),
        killed_by="test_a_category_is_looked_up",
        statements=("DROP INDEX ix_products_category_id",),
    ),
)

DRIFT_TWINS = (
    Twin(
        name="name-by-check",
        task="drift",
        of="name-of-50",
        summary="text with a CHECK of its length",
        statements=(
            "ALTER TABLE users ALTER COLUMN name TYPE text, ADD CHECK (char_length(name) <= 100)",
        ),
    ),
    Twin(
        name="price-by-domain",
        task="drift",
        of="price-without-cents",
        summary="a domain for amounts of money",
        statements=(
            "CREATE DOMAIN amount AS numeric(10, 2)",
            "ALTER TABLE products ALTER COLUMN price TYPE amount",
        ),
    ),
    Twin(
        name="moment-by-domain",
        task="drift",
        of="moment-without-zone",
        summary="a domain for times with a zone",
        statements=(
            "CREATE DOMAIN moment AS timestamptz",
            "ALTER TABLE users ALTER COLUMN suspended_at TYPE moment",
        ),
    ),
    Twin(
        name="lower-by-the-database",
        task="drift",
        of="lower-on-the-column",
        summary="the address made small by the database",
        code=(Patch("given:by_email", "email.lower()", "func.lower(email)"),),
    ),
    Twin(
        name="category-and-name-indexed",
        task="drift",
        of="category-not-indexed",
        summary="an index on category and name",
        statements=(
            "DROP INDEX ix_products_category_id",
            "CREATE INDEX ix_products_category_id ON products (category_id, name)",
        ),
    ),
)

PROBES = (
    Probe(
        test="test_order_of_nobody",
        task="predict",
        promise="order_of_nobody: an order of a user who does not exist.",
        hints=(
            "Which of the two enforces a foreign key without being told to?",
            "SQLite does after PRAGMA foreign_keys = ON, which nobody has sent.",
        ),
    ),
    Probe(
        test="test_long_name",
        task="predict",
        promise="long_name: 101 letters in a VARCHAR(100).",
        hints=(
            "To which of the two is the length of a VARCHAR a rule?",
            "A value that is too long is no broken constraint: look at how chapter 1 states it.",
        ),
    ),
    Probe(
        test="test_thirds",
        task="predict",
        promise="thirds: three times 0.333, with the price in NUMERIC(10, 2).",
        hints=(
            "Which of the two rounds to the scale of a NUMERIC?",
            "SQLAlchemy gives back a Decimal of as many places as the type says. "
            "One database rounds before it multiplies, and one not at all.",
        ),
    ),
    Probe(
        test="test_id_as_text",
        task="predict",
        promise="id_as_text: a user asked for by an id that is text.",
        hints=(
            "Who encodes the value, and by which type?",
            "asyncpg takes a number for an integer, and nothing else.",
        ),
    ),
    Probe(
        test="test_after_an_error",
        task="predict",
        promise="after_an_error: a query after an error that was suppressed.",
        hints=(
            "What does an error end: its statement, or the transaction?",
            "After an error PostgreSQL refuses every statement until a rollback.",
        ),
    ),
    Probe(
        test="test_small_letters",
        task="predict",
        promise="small_letters: LIKE, with letters of another case.",
        hints=(
            "For which of the two do “A” and “a” match in a LIKE?",
            "SQLite's LIKE ignores the case of the letters A to Z; PostgreSQL has ILIKE for that.",
        ),
    ),
    Probe(
        test="test_nothing_first",
        task="predict",
        promise="nothing_first: a NULL in the column that is sorted by.",
        hints=(
            "Is NULL the smallest of all values, or the largest?",
            "In SQLite it comes first, and in PostgreSQL last, unless NULLS FIRST is said.",
        ),
    ),
)


def wrong(name: str, program: str, right: str, predicted: str, thought: str) -> Mutant:
    """A wrong prediction for one program on one database."""
    return Mutant(
        name=name,
        task="predict",
        bug=f"{program} is predicted wrongly.",
        misconception=thought,
        hints=("Read the program again, and the section of chapter 1 on it.",),
        killed_by=f"test_{program}",
        edits=((right, predicted),),
    )


WRONG_PREDICTIONS = (
    wrong(
        "keys-enforced",
        "order_of_nobody",
        '{"sqlite": 1, "postgresql": "IntegrityError"}',
        '{"sqlite": "IntegrityError", "postgresql": "IntegrityError"}',
        "A foreign key that is declared is enforced.",
    ),
    wrong(
        "cut-off",
        "long_name",
        '{"sqlite": 101, "postgresql": "DBAPIError"}',
        '{"sqlite": 100, "postgresql": 100}',
        "Text that is too long is cut off.",
    ),
    wrong(
        "not-rounded",
        "thirds",
        '"postgresql": Decimal("0.99")',
        '"postgresql": Decimal("1.00")',
        "A cast to NUMERIC changes no value.",
    ),
    wrong(
        "converted",
        "id_as_text",
        '"postgresql": "DBAPIError"},\n    "after',
        '"postgresql": "Ada"},\n    "after',
        "A database converts what it is given.",
    ),
    wrong(
        "the-error-is-over",
        "after_an_error",
        '"after_an_error": {"sqlite": 1, "postgresql": "DBAPIError"}',
        '"after_an_error": {"sqlite": 1, "postgresql": 1}',
        "An exception that is caught is over.",
    ),
    wrong(
        "case-matters",
        "small_letters",
        '{"sqlite": 1, "postgresql": 0}',
        '{"sqlite": 0, "postgresql": 0}',
        "LIKE is the same operator everywhere.",
    ),
    wrong(
        "nothing-is-smallest",
        "nothing_first",
        '"postgresql": ["Joan", "Ada"]',
        '"postgresql": ["Ada", "Joan"]',
        "The SQL standard says where NULL is sorted.",
    ),
)

RIGHT_PREDICTIONS = (
    Twin(
        name="whole-numbers",
        task="predict",
        of="not-rounded",
        summary="a whole number in place of a Decimal",
        edits=(('Decimal("1.00")', "1"),),
    ),
    Twin(
        name="by-name",
        task="predict",
        of="converted",
        summary="the exception's name taken from its class",
        edits=(
            ('"postgresql": "DBAPIError"},\n    "after', '"postgresql": name},\n    "after'),
            ("PREDICTED = {", "name = DBAPIError.__name__\nPREDICTED = {"),
        ),
    ),
)

VARIANTS = Variants(
    tasks=TASKS,
    references=REFERENCES,
    twins=(*MEND_TWINS, *SERVICES_TWINS, *DRIFT_TWINS, *RIGHT_PREDICTIONS),
    mutants=(*MEND_MUTANTS, *SERVICES_MUTANTS, *DRIFT_MUTANTS, *WRONG_PREDICTIONS),
    probes=PROBES,
)
