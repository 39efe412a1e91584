"""The code that the tests of this assignment are run against, and the answers that are tried."""

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
    Task("fixture", "The engine and the session of a suite"),
    Task("mend", "Tests that nobody awaited"),
    Task("fast", "A slow test, made fast", statements=8),
    Task("services", "Async services"),
    Task("predict", "What happens on which loop", literal=True),
)

REFERENCES = (
    Reference("as-it-is", "the functions as they are"),
    Reference(
        "otherwise",
        "the same functions, written otherwise",
        code=(
            Rewrite(
                "given:is_registered",
                """
                async def is_registered(session, email):
                    found = await session.scalars(select(User).where(User.email.ilike(email)))
                    return found.first() is not None
                """,
            ),
            Rewrite(
                "given:rename",
                """
                async def rename(session, email, name):
                    user = (await session.scalars(select(User).filter_by(email=email))).first()
                    if not user:
                        raise KeyError(email)
                    user.name = name
                    await session.flush()
                """,
            ),
            Rewrite(
                "given:lines_of",
                """
                async def lines_of(session, order_id):
                    items = select(OrderItem, Product).join(Product).filter_by(order_id=order_id)
                    found = (await session.execute(items)).all()
                    return sorted((product.name, item.quantity) for item, product in found)
                """,
            ),
            Rewrite(
                "given:sign_up",
                """
                async def sign_up(sessions, email, name):
                    async with sessions.begin() as session:
                        user = User(email=email, name=name)
                        session.add(user)
                    return user.id
                """,
            ),
            Rewrite(
                "given:deliver",
                """
                async def deliver(sessions, message_id, send, *, seconds):
                    async with sessions() as session:
                        message = await session.get_one(OutboxMessage, message_id)
                    await asyncio.wait_for(send(message.payload), seconds)
                    async with sessions.begin() as session:
                        found = await session.get_one(OutboxMessage, message_id)
                        found.sent_at = func.now()
                """,
            ),
            Rewrite(
                "given:import_users",
                """
                async def import_users(sessions, emails):
                    taken, others = [], []

                    async def store(email):
                        try:
                            async with sessions() as session:
                                session.add(User(email=email, name="New"))
                                await session.commit()
                        except IntegrityError:
                            taken.append(email)
                        except DBAPIError as error:
                            others.append(error)

                    await asyncio.gather(*[store(email) for email in emails])
                    if others:
                        raise others[0]
                    return [email for email in emails if email in taken]
                """,
            ),
        ),
    ),
)

FIXTURE_PROBES = (
    Probe(
        test="test_all_tests_get_one_engine",
        task="fixture",
        promise="All tests get the same engine.",
        hints=(
            "How long does pytest keep the value of a fixture?",
            'Give shop_engine scope="session".',
        ),
    ),
    Probe(
        test="test_the_engine_logs_in_once",
        task="fixture",
        promise="The engine has logged in once, after any number of tests.",
        hints=(
            "What happens to a connection that a test gives back?",
            "Let the engine keep its pool.",
        ),
    ),
    Probe(
        test="test_the_engine_is_disposed_of",
        task="fixture",
        promise="The engine is disposed of, at the end of the run.",
        hints=(
            "What runs after the last test stands behind the yield. Does it run?",
            "dispose() of an async engine is a coroutine function.",
        ),
    ),
    Probe(
        test="test_a_session_works_on_the_loop_of_its_test",
        task="fixture",
        promise="A session works on the loop of its test.",
        hints=(
            "On which loop does your session's fixture connect?",
            "The tests run on the loop of scope session; a fixture says its own by loop_scope.",
        ),
    ),
    Probe(
        test="test_nothing_is_left",
        task="fixture",
        promise="Whatever a test commits in its session is gone after it.",
        hints=(
            "A rollback after a commit takes nothing back.",
            "Bind the session to a connection whose transaction your fixture has begun.",
        ),
    ),
    Probe(
        test="test_a_rollback_spares_what_was_committed",
        task="fixture",
        promise="After an error and a rollback, what was committed before is still there.",
        hints=(
            "What does the session's rollback() end: a savepoint, or your outer transaction?",
            "Look at join_transaction_mode, and at its default.",
        ),
    ),
    Probe(
        test="test_no_connection_is_held",
        task="fixture",
        promise="A test that has used a session holds no connection when it is over.",
        hints=(
            "Who closes the connection that your fixture has opened?",
            "Open it by async with, around the yield.",
        ),
    ),
)

WITH_CONNECTION = """    async with shop_engine.connect() as connection:
        outer = await connection.begin()
        async with AsyncSession(
            bind=connection,
            join_transaction_mode="create_savepoint",
            expire_on_commit=False,
        ) as session:
            yield session
        await outer.rollback()
"""

WRONG_FIXTURES = (
    Mutant(
        name="engine-per-test",
        task="fixture",
        bug="Each test gets an engine of its own.",
        misconception="The error about loops went away, so the fixture is right.",
        hints=("How long does pytest keep the value of the fixture?",),
        killed_by="test_all_tests_get_one_engine",
        edits=(
            (
                '@pytest_asyncio.fixture(scope="session", loop_scope="session")',
                '@pytest_asyncio.fixture(loop_scope="session")',
            ),
        ),
    ),
    Mutant(
        name="no-pool",
        task="fixture",
        bug="The engine logs in for each test.",
        misconception="NullPool is what one uses in tests.",
        hints=("What happens to a connection that is given back?",),
        killed_by="test_the_engine_logs_in_once",
        edits=(("create_async_engine(url)", "create_async_engine(url, poolclass=NullPool)"),),
    ),
    Mutant(
        name="not-disposed",
        task="fixture",
        bug="Nobody disposes of the engine.",
        misconception="The process ends anyway.",
        hints=("What stands behind the yield?",),
        killed_by="test_the_engine_is_disposed_of",
        edits=(("    yield engine\n    await engine.dispose()", "    yield engine"),),
    ),
    Mutant(
        name="dispose-not-awaited",
        task="fixture",
        bug="dispose() is called, and not awaited.",
        misconception="What is called is done.",
        hints=("What does a call of a coroutine function do?",),
        killed_by="test_the_engine_is_disposed_of",
        edits=(("await engine.dispose()", "engine.dispose()"),),
    ),
    Mutant(
        name="loop-of-its-own",
        task="fixture",
        bug="The session's fixture connects on another loop than that of the test.",
        misconception="A fixture for one test belongs on the loop of scope function.",
        hints=("On which loop does the test run?",),
        killed_by="test_a_session_works_on_the_loop_of_its_test",
        edits=(
            (
                '@pytest_asyncio.fixture(loop_scope="session")',
                '@pytest_asyncio.fixture(loop_scope="function")',
            ),
        ),
    ),
    Mutant(
        name="plain-rollback",
        task="fixture",
        bug="What a test commits stays.",
        misconception="A rollback at the end takes back the whole test.",
        hints=("What is there to roll back after a commit?",),
        killed_by="test_nothing_is_left",
        edits=(
            (
                WITH_CONNECTION,
                "    async with AsyncSession(shop_engine, expire_on_commit=False) as session:\n"
                "        yield session\n"
                "        await session.rollback()\n",
            ),
        ),
    ),
    Mutant(
        name="default-join-mode",
        task="fixture",
        bug="A rollback of the session ends the fixture's transaction.",
        misconception="A session on a connection with a transaction makes savepoints by itself.",
        hints=("Look at the default of join_transaction_mode.",),
        killed_by="test_a_rollback_spares_what_was_committed",
        edits=(('            join_transaction_mode="create_savepoint",\n', ""),),
    ),
    Mutant(
        name="connection-kept",
        task="fixture",
        bug="The fixture never gives its connection back.",
        misconception="A rollback ends the use of a connection.",
        hints=("Who closes the connection?",),
        killed_by="test_no_connection_is_held",
        edits=(
            (
                WITH_CONNECTION,
                "    connection = await shop_engine.connect()\n"
                "    outer = await connection.begin()\n"
                "    yield AsyncSession(\n"
                "        connection,\n"
                '        join_transaction_mode="create_savepoint",\n'
                "        expire_on_commit=False,\n"
                "    )\n"
                "    await outer.rollback()\n",
            ),
        ),
    ),
)

RIGHT_FIXTURES = (
    Twin(
        name="plain-fixtures",
        task="fixture",
        of="loop-of-its-own",
        summary="pytest's own fixtures, of which auto mode takes care, and a session from a maker",
        answer="""%%task fixture
@pytest.fixture(scope="session")
async def shop_engine(url):
    engine = create_async_engine(url, pool_size=2)
    try:
        yield engine
    finally:
        await engine.dispose()


@pytest.fixture
async def shop_session(shop_engine):
    connection = await shop_engine.connect()
    outer = await connection.begin()
    sessions = async_sessionmaker(
        connection, join_transaction_mode="create_savepoint", expire_on_commit=False
    )
    session = sessions()
    yield session
    await session.close()
    await outer.rollback()
    await connection.close()
""",
    ),
    Twin(
        name="transaction-left-to-close",
        task="fixture",
        of="plain-rollback",
        summary="the transaction rolled back by closing its connection",
        edits=(
            ("        outer = await connection.begin()\n", "        await connection.begin()\n"),
            ("        await outer.rollback()\n", ""),
        ),
    ),
)

MEND_MUTANTS = (
    Mutant(
        name="capitals-differ",
        task="mend",
        bug="is_registered tells capital from small letters.",
        misconception="A coroutine that is true is the answer of the function.",
        hints=(
            "Which test asks for an email in other letters, and does it wait for the answer?",
            "Store ann@example.com, await is_registered for Ann@Example.com, compare with True.",
        ),
        killed_by="test_ann_is_registered",
        code=(
            Patch(
                "given:is_registered",
                "func.lower(User.email) == email.lower()",
                "User.email == email",
            ),
        ),
    ),
    Mutant(
        name="everybody-is-registered",
        task="mend",
        bug="is_registered finds everybody.",
        misconception="What is not True is False.",
        hints=(
            "A coroutine is not True, and not False either.",
            "Await the answer for an email that nobody has, and compare it with False.",
        ),
        killed_by="test_bob_is_not_registered",
        code=(Patch("given:is_registered", "> 0", ">= 0"),),
    ),
    Mutant(
        name="all-are-renamed",
        task="mend",
        bug="rename gives the new name to every user.",
        misconception="One user, with the right name, shows that the right user was renamed.",
        hints=(
            "How many users does your test store?",
            "Store two users, await rename for one, and select the names of both.",
        ),
        killed_by="test_ann_alone_gets_another_name",
        code=(
            Rewrite(
                "given:rename",
                """
                async def rename(session, email, name):
                    renamed = update(User).values(name=name).returning(User.email)
                    if email not in (await session.scalars(renamed)).all():
                        raise LookupError(f"There is no user {email}.")
                """,
            ),
        ),
    ),
    Mutant(
        name="nobody-is-renamed",
        task="mend",
        bug="rename does nothing when no user has the email, and raises nothing.",
        misconception="suppress(LookupError) shows that a LookupError came.",
        hints=(
            "What does suppress do when nothing is raised?",
            "pytest.raises fails when nothing is raised. Await the call inside it.",
        ),
        killed_by="test_nobody_can_not_be_renamed",
        code=(Patch("given:rename", 'raise LookupError(f"There is no user {email}.")', "return"),),
    ),
)

MEND_TWINS = (
    Twin(
        name="both-in-capitals",
        task="mend",
        of="capitals-differ",
        summary="compared in capital letters",
        code=(
            Patch(
                "given:is_registered",
                "func.lower(User.email) == email.lower()",
                "func.upper(User.email) == email.upper()",
            ),
        ),
    ),
    Twin(
        name="one-or-more",
        task="mend",
        of="everybody-is-registered",
        summary="one or more, in place of more than none",
        code=(Patch("given:is_registered", "> 0", ">= 1"),),
    ),
    Twin(
        name="by-email-in",
        task="mend",
        of="all-are-renamed",
        summary="the user chosen by IN, and the emails compared again",
        code=(
            Rewrite(
                "given:rename",
                """
                async def rename(session, email, name):
                    renamed = update(User).where(User.email.in_([email])).values(name=name)
                    renamed = renamed.returning(User.email)
                    if email not in (await session.scalars(renamed)).all():
                        raise LookupError(f"There is no user {email}.")
                """,
            ),
        ),
    ),
    Twin(
        name="told-otherwise",
        task="mend",
        of="nobody-is-renamed",
        summary="another text of the error",
        code=(
            Patch(
                "given:rename",
                'raise LookupError(f"There is no user {email}.")',
                "raise LookupError(email)",
            ),
        ),
    ),
)

FAST_MUTANTS = (
    Mutant(
        name="a-statement-for-each",
        task="fast",
        bug="lines_of sends a statement for each line.",
        misconception="It is the same result, so it is the same function.",
        hints=(
            "Your own statements and those of the function count together.",
            "Store all lines by one flush: then more than 8 statements must be the function's.",
        ),
        killed_by="test_an_order_has_its_own_lines_by_name",
        code=(
            Rewrite(
                "given:lines_of",
                """
                async def lines_of(session, order_id):
                    query = select(OrderItem.product_id, OrderItem.quantity)
                    items = await session.execute(query.where(OrderItem.order_id == order_id))
                    lines = []
                    for product_id, quantity in items.all():
                        query = select(Product.name).where(Product.id == product_id)
                        lines.append((await session.scalar(query), quantity))
                    return sorted(lines)
                """,
            ),
        ),
    ),
    Mutant(
        name="first-page",
        task="fast",
        bug="lines_of returns 20 lines at the most.",
        misconception="A fast test is one with few rows.",
        hints=(
            "How many lines has your order?",
            "Rows cost little when they are stored together: store more than 20.",
        ),
        killed_by="test_an_order_has_its_own_lines_by_name",
        code=(
            Patch("given:lines_of", "order_by(Product.name)", "order_by(Product.name).limit(20)"),
        ),
    ),
    Mutant(
        name="in-order-of-entry",
        task="fast",
        bug="The lines come in the order in which they were stored.",
        misconception="Rows that come in the right order were sorted.",
        hints=(
            "In which order does your test store the lines?",
            "Store them in another order than that of their names.",
        ),
        killed_by="test_an_order_has_its_own_lines_by_name",
        code=(Patch("given:lines_of", "order_by(Product.name)", "order_by(OrderItem.id)"),),
    ),
    Mutant(
        name="lines-of-all",
        task="fast",
        bug="Lines of other orders are returned, too.",
        misconception="One order is enough to test what belongs to an order.",
        hints=(
            "How many orders does your test store?",
            "Let a second order have lines of the same products.",
        ),
        killed_by="test_an_order_has_its_own_lines_by_name",
        code=(
            Patch(
                "given:lines_of",
                "where(OrderItem.order_id == order_id)",
                "where(OrderItem.order_id.is_not(None))",
            ),
        ),
    ),
)

FAST_TWINS = (
    Twin(
        name="sorted-by-python",
        task="fast",
        of="a-statement-for-each",
        summary="one statement, and the lines sorted by Python",
        code=(
            Rewrite(
                "given:lines_of",
                """
                async def lines_of(session, order_id):
                    query = select(Product.name, OrderItem.quantity)
                    query = query.where(Product.id == OrderItem.product_id)
                    items = await session.execute(query.where(OrderItem.order_id == order_id))
                    lines = []
                    for name, quantity in items.all():
                        lines.append((name, quantity))
                    return sorted(lines)
                """,
            ),
        ),
    ),
    Twin(
        name="a-limit-out-of-reach",
        task="fast",
        of="first-page",
        summary="a limit that no order reaches",
        code=(
            Patch(
                "given:lines_of", "order_by(Product.name)", "order_by(Product.name).limit(10**6)"
            ),
        ),
    ),
    Twin(
        name="by-name-then-id",
        task="fast",
        of="in-order-of-entry",
        summary="the id as a second key of the order",
        code=(
            Patch(
                "given:lines_of", "order_by(Product.name)", "order_by(Product.name, OrderItem.id)"
            ),
        ),
    ),
    Twin(
        name="order-by-in",
        task="fast",
        of="lines-of-all",
        summary="the order chosen by IN, and its id required",
        code=(
            Patch(
                "given:lines_of",
                "where(OrderItem.order_id == order_id)",
                "where(OrderItem.order_id.is_not(None), OrderItem.order_id.in_([order_id]))",
            ),
        ),
    ),
)

SERVICES_MUTANTS = (
    Mutant(
        name="commit-not-awaited",
        task="services",
        bug="sign_up calls commit, and does not await it.",
        misconception="A commit that is called is done.",
        hints=(
            "Who still sees a row that was flushed, and never committed?",
            "Ask another session for the user.",
        ),
        killed_by="test_who_signed_up_is_there_for_another_session",
        code=(Patch("given:sign_up", "await session.commit()", "session.commit()"),),
    ),
    Mutant(
        name="one-session-for-all",
        task="services",
        bug="import_users uses one session in several tasks at the same time.",
        misconception="A session is as safe for tasks as its engine.",
        hints=(
            "Is import_users called with several emails?",
            'Mark the test @pytest.mark.isolation("delete"), and import two new emails or more.',
        ),
        killed_by="test_an_import_stores_the_new_and_tells_the_taken",
        code=(
            Rewrite(
                "given:import_users",
                """
                async def import_users(sessions, emails):
                    async with sessions() as session:

                        async def store(email):
                            session.add(User(email=email, name="New"))
                            await session.commit()

                        results = await asyncio.gather(*map(store, emails), return_exceptions=True)
                    for result in results:
                        if isinstance(result, Exception) and not isinstance(result, IntegrityError):
                            raise result
                    return [
                        email for email, result in zip(emails, results)
                        if isinstance(result, Exception)
                    ]
                """,
            ),
        ),
    ),
    Mutant(
        name="time-out-swallowed",
        task="services",
        bug="deliver marks a message as sent that was not sent in time.",
        misconception="After a time-out there is nothing to be done, so nothing to be raised.",
        hints=(
            "What does deliver do when send never ends?",
            "Let send wait for an asyncio.Event that nobody sets, and expect TimeoutError.",
        ),
        killed_by="test_a_message_that_is_late_stays_unsent",
        code=(
            Rewrite(
                "given:deliver",
                """
                async def deliver(sessions, message_id, send, *, seconds):
                    async with sessions.begin() as session:
                        message = await session.get_one(OutboxMessage, message_id)
                        try:
                            async with asyncio.timeout(seconds):
                                await send(message.payload)
                        except TimeoutError:
                            pass
                        message.sent_at = await session.scalar(select(func.now()))
                """,
            ),
        ),
    ),
    Mutant(
        name="task-not-awaited",
        task="services",
        bug="deliver starts send as a task, and does not wait for it.",
        misconception="A task that was created has run.",
        hints=(
            "Who hears of it when send raises?",
            "Let send raise an OSError, and expect it from deliver.",
        ),
        killed_by="test_a_message_that_can_not_be_sent_stays_unsent",
        code=(
            Patch(
                "given:deliver",
                "await send(message.payload)",
                "asyncio.create_task(send(message.payload))",
            ),
        ),
    ),
    Mutant(
        name="marked-first",
        task="services",
        bug="deliver marks a message as sent before it sends it.",
        misconception="Marked first, a message is never sent twice.",
        hints=(
            "Is the message unsent when send has raised?",
            "After the error, select sent_at in another session.",
        ),
        killed_by="test_a_message_that_can_not_be_sent_stays_unsent",
        code=(
            Rewrite(
                "given:deliver",
                """
                async def deliver(sessions, message_id, send, *, seconds):
                    async with sessions.begin() as session:
                        message = await session.get_one(OutboxMessage, message_id)
                        message.sent_at = await session.scalar(select(func.now()))
                    async with asyncio.timeout(seconds):
                        await send(message.payload)
                """,
            ),
        ),
    ),
    Mutant(
        name="mark-not-committed",
        task="services",
        bug="deliver marks a message as sent, and the mark is lost.",
        misconception="A session saves its changes when it closes.",
        hints=(
            "What is to be seen of a message after it was sent, and not only after it was not?",
            "Hand over a send that returns, and select sent_at in another session.",
        ),
        killed_by="test_a_message_that_was_sent_is_marked",
        code=(Patch("given:deliver", "sessions.begin()", "sessions()"),),
    ),
    Mutant(
        name="nobody-waits",
        task="services",
        bug="import_users starts a task for each email, and waits for none.",
        misconception="Tasks that were created will have run when their results are looked at.",
        hints=(
            "What does import_users return when an email is taken?",
            "Import a taken email and a new one, and compare what is returned.",
        ),
        killed_by="test_an_import_stores_the_new_and_tells_the_taken",
        code=(
            Patch(
                "given:import_users",
                "await asyncio.gather(*map(store, emails), return_exceptions=True)",
                "[asyncio.create_task(store(email)) for email in emails]",
            ),
        ),
    ),
    Mutant(
        name="first-error-ends-all",
        task="services",
        bug="A taken email raises, in place of being returned.",
        misconception="gather collects the results, and the errors with them.",
        hints=(
            "What does import_users do when an email is taken?",
            "Import a taken email and a new one, and compare what is returned.",
        ),
        killed_by="test_an_import_stores_the_new_and_tells_the_taken",
        code=(Patch("given:import_users", "return_exceptions=True", "return_exceptions=False"),),
    ),
    Mutant(
        name="every-error-is-taken",
        task="services",
        bug="Whatever goes wrong with an email, it is said to be taken.",
        misconception="What can go wrong with an INSERT is a duplicate.",
        hints=(
            "Which error other than a duplicate can an email cause?",
            "Import an email of 300 letters, and expect a DBAPIError.",
        ),
        killed_by="test_an_import_raises_other_errors",
        code=(
            Patch(
                "given:import_users",
                "not isinstance(result, IntegrityError)",
                "not isinstance(result, DBAPIError)",
            ),
        ),
    ),
)

SERVICES_TWINS = (
    Twin(
        name="committed-by-a-task",
        task="services",
        of="commit-not-awaited",
        summary="the commit as a coroutine that is awaited a line later",
        code=(
            Patch(
                "given:sign_up",
                "await session.commit()",
                "committing = session.commit()\n        await committing",
            ),
        ),
    ),
    Twin(
        name="commit-in-each-session",
        task="services",
        of="one-session-for-all",
        summary="a session in each task, which commits it itself",
        code=(
            Rewrite(
                "given:import_users",
                """
                async def import_users(sessions, emails):
                    async def store(email):
                        async with sessions() as session:
                            session.add(User(email=email, name="New"))
                            await session.commit()

                    results = await asyncio.gather(*map(store, emails), return_exceptions=True)
                    for result in results:
                        if isinstance(result, Exception) and not isinstance(result, IntegrityError):
                            raise result
                    return [
                        email for email, result in zip(emails, results)
                        if isinstance(result, Exception)
                    ]
                """,
            ),
        ),
    ),
    Twin(
        name="session-then-transaction",
        task="services",
        of="mark-not-committed",
        summary="the session and its transaction begun one by one",
        code=(
            Patch(
                "given:deliver",
                "sessions.begin() as session:",
                "sessions() as session, session.begin():",
            ),
        ),
    ),
    Twin(
        name="time-out-raised-again",
        task="services",
        of="time-out-swallowed",
        summary="the time-out caught, and raised again",
        code=(
            Rewrite(
                "given:deliver",
                """
                async def deliver(sessions, message_id, send, *, seconds):
                    async with sessions.begin() as session:
                        message = await session.get_one(OutboxMessage, message_id)
                        try:
                            async with asyncio.timeout(seconds):
                                await send(message.payload)
                        except TimeoutError:
                            raise
                        message.sent_at = await session.scalar(select(func.now()))
                """,
            ),
        ),
    ),
    Twin(
        name="task-awaited",
        task="services",
        of="task-not-awaited",
        summary="send as a task that is awaited",
        code=(
            Patch(
                "given:deliver",
                "await send(message.payload)",
                "await asyncio.create_task(send(message.payload))",
            ),
        ),
    ),
    Twin(
        name="time-asked-first",
        task="services",
        of="marked-first",
        summary="the time asked for before the sending, and stored after it",
        code=(
            Rewrite(
                "given:deliver",
                """
                async def deliver(sessions, message_id, send, *, seconds):
                    async with sessions.begin() as session:
                        message = await session.get_one(OutboxMessage, message_id)
                        now = await session.scalar(select(func.now()))
                        async with asyncio.timeout(seconds):
                            await send(message.payload)
                        message.sent_at = now
                """,
            ),
        ),
    ),
    Twin(
        name="tasks-gathered",
        task="services",
        of="nobody-waits",
        summary="a task for each email, and all of them awaited",
        code=(
            Patch(
                "given:import_users",
                "gather(*map(store, emails), return",
                "gather(*[asyncio.create_task(store(email)) for email in emails], return",
            ),
        ),
    ),
    Twin(
        name="errors-caught-one-by-one",
        task="services",
        of="first-error-ends-all",
        summary="each task's error caught by itself",
        code=(
            Rewrite(
                "given:import_users",
                """
                async def import_users(sessions, emails):
                    async def store(email):
                        try:
                            async with sessions.begin() as session:
                                session.add(User(email=email, name="New"))
                        except Exception as error:
                            return error

                    results = await asyncio.gather(*map(store, emails), return_exceptions=False)
                    for result in results:
                        if result is not None and not isinstance(result, IntegrityError):
                            raise result
                    return [email for email, error in zip(emails, results) if error]
                """,
            ),
        ),
    ),
    Twin(
        name="errors-of-the-database",
        task="services",
        of="every-error-is-taken",
        summary="errors of the database looked at first",
        code=(
            Patch(
                "given:import_users",
                "isinstance(result, Exception) and not isinstance(result, IntegrityError)",
                "isinstance(result, DBAPIError) and not isinstance(result, IntegrityError)",
            ),
        ),
    ),
)

PREDICT_PROBES = (
    Probe(
        test="test_two_runs",
        task="predict",
        promise="two_runs: one engine, used by two runs.",
        hints=(
            "asyncio.run makes a loop, and closes it. What does the pool still hold?",
            "The second run gets a connection of the first one's loop.",
        ),
    ),
    Probe(
        test="test_logins_without_a_pool",
        task="predict",
        promise="logins_without_a_pool: the same two runs, without a pool.",
        hints=(
            "When does an engine without a pool log in?",
            "Each session here sends one statement, so it takes a connection once.",
        ),
    ),
    Probe(
        test="test_two_statements_at_once",
        task="predict",
        promise="two_statements_at_once: two tasks, one connection.",
        hints=(
            "Can a connection of PostgreSQL run two statements at once? What can SQLAlchemy do?",
            "SQLAlchemy lets the statements of one connection wait for each other.",
        ),
    ),
    Probe(
        test="test_a_guard_at_the_door",
        task="predict",
        promise="a_guard_at_the_door: an answer that nobody awaits.",
        hints=(
            "What does is_admin() return, before anybody awaits?",
            "Is a coroutine object true, or false?",
        ),
    ),
    Probe(
        test="test_too_late",
        task="predict",
        promise="too_late: a time-out around code that never awaits.",
        hints=(
            "Where can a time-out interrupt a coroutine?",
            "time.sleep gives nothing back to the loop, and then the block is over.",
        ),
    ),
    Probe(
        test="test_a_task_is_left",
        task="predict",
        promise="a_task_is_left: a task that nobody awaits, when the run ends.",
        hints=(
            "What does asyncio.run do with tasks that are left?",
            "The task has begun, because main awaited something. Then it is canceled.",
        ),
    ),
    Probe(
        test="test_synchronous_code",
        task="predict",
        promise="synchronous_code: a function for a synchronous session, called directly.",
        hints=(
            "Somewhere below, the call has to wait for the network. Who awaits?",
            "It is the error that run_sync prevents.",
        ),
    ),
)


WRONG_PREDICTIONS = (
    wrong_prediction(
        "a-pool-for-all-loops", "two_runs", '"RuntimeError"', "0", "A pool is of no loop."
    ),
    wrong_prediction("one-login", "logins_without_a_pool", "2", "1", "An engine logs in once."),
    wrong_prediction(
        "refused-at-once",
        "two_statements_at_once",
        "[1, 2]",
        '"InterfaceError"',
        "Two statements at once always end in an error.",
    ),
    wrong_prediction(
        "kept-out",
        "a_guard_at_the_door",
        '"let in"',
        '"kept out"',
        "The value of a call is what the function returns.",
    ),
    wrong_prediction(
        "timed-out",
        "too_late",
        '"in time"',
        '"TimeoutError"',
        "A time-out ends whatever takes too long.",
    ),
    wrong_prediction(
        "waited-for",
        "a_task_is_left",
        '["begun", "canceled"]',
        '["begun", "done"]',
        "A run waits for its tasks.",
    ),
    wrong_prediction(
        "runs-anyway",
        "synchronous_code",
        '"MissingGreenlet"',
        "[]",
        "A session inside an AsyncSession works like any other.",
    ),
)

RIGHT_PREDICTIONS = (
    Twin(
        name="by-name",
        task="predict",
        of="a-pool-for-all-loops",
        summary="the exception's name taken from its class",
        edits=(('"two_runs": "RuntimeError"', '"two_runs": RuntimeError.__name__'),),
    ),
)

VARIANTS = Variants(
    tasks=TASKS,
    references=REFERENCES,
    twins=(*RIGHT_FIXTURES, *MEND_TWINS, *FAST_TWINS, *SERVICES_TWINS, *RIGHT_PREDICTIONS),
    mutants=(*WRONG_FIXTURES, *MEND_MUTANTS, *FAST_MUTANTS, *SERVICES_MUTANTS, *WRONG_PREDICTIONS),
    probes=(*FIXTURE_PROBES, *PREDICT_PROBES),
)
