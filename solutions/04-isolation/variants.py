"""The answers, the code and the rules that this assignment is proved by."""

from nomocks.mutation.code import Patch, Set, SwapModule
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
    Task("fixture", "The fixture"),
    Task("mend", "Tests that need each other"),
    Task("commit", "What a commit would check"),
    Task("fast", "Fast", statements=10),
    Task("predict", "What a rollback takes back", literal=True),
)

REFERENCES = (
    Reference("as-it-is", "the code and the schema as they are"),
    Reference(
        "other-names",
        "the same schema with another name of a constraint",
        ("ALTER TABLE products RENAME CONSTRAINT uq_products_sku TO one_product_a_sku",),
    ),
)

FIXTURE_PROBES = (
    Probe(
        test="test_code_may_commit",
        task="fixture",
        promise="Code may commit, and go on with the session.",
        hints=(
            "Which of the two transactions does a commit of the session end?",
            "Give the session a connection that is in a transaction of yours, and let it make "
            "savepoints there: join_transaction_mode.",
        ),
    ),
    Probe(
        test="test_nothing_is_left",
        task="fixture",
        promise="Nothing is left after a test, and no other connection sees its rows.",
        points=2,
        hints=(
            "Who owns the transaction that everything happens in, and how does it end?",
            "Begin it on the connection, before the session is made, and roll it back after the "
            "yield.",
        ),
    ),
    Probe(
        test="test_code_may_roll_back",
        task="fixture",
        promise="A rollback keeps what was committed before it.",
        points=2,
        hints=(
            "What does the default join mode do at a rollback?",
            'join_transaction_mode="create_savepoint" makes each transaction of the session one.',
        ),
    ),
    Probe(
        test="test_code_goes_on_after_an_error",
        task="fixture",
        promise="Code may go on after an IntegrityError and a rollback.",
        hints=(
            "An error inside a savepoint leaves what is outside of it usable.",
            'join_transaction_mode="create_savepoint", and nothing done by hand.',
        ),
    ),
    Probe(
        test="test_code_may_set_savepoints",
        task="fixture",
        promise="Code may set savepoints of its own.",
        hints=(
            "begin_nested() of the code is a savepoint inside the session's own.",
            "Leave session.begin_nested, commit and rollback as they are.",
        ),
    ),
    Probe(
        test="test_objects_outlive_a_commit",
        task="fixture",
        promise="An object can be read after a commit, without a query.",
        hints=(
            "What does a session forget at a commit, and when does it ask again?",
            "AsyncSession(…, expire_on_commit=False)",
        ),
    ),
    Probe(
        test="test_a_test_may_end_in_the_middle",
        task="fixture",
        promise="A test may end with an error that nobody rolled back.",
        hints=(
            "What can a session do whose flush has failed?",
            "After the yield, only close the session, and roll the outer transaction back.",
        ),
    ),
    Probe(
        test="test_the_engine_is_shared",
        task="fixture",
        promise="The one connection comes from the fixture engine, and is given back.",
        hints=(
            "Where does your connection come from?",
            "async with engine.connect() as connection: …, with the fixture engine.",
        ),
    ),
)

FIXTURE_MUTANTS = (
    Mutant(
        name="plain-rollback",
        task="fixture",
        bug="The session works on the engine, and is rolled back.",
        misconception="A rollback at the end takes back whatever happened.",
        hints=("What is there to roll back after a commit?",),
        killed_by="test_nothing_is_left",
        answer="""
@pytest.fixture
async def session(engine):
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session
        await session.rollback()
""",
    ),
    Mutant(
        name="default-join-mode",
        task="fixture",
        bug="The session joins the transaction in the default mode.",
        misconception="A session on a connection makes savepoints by itself.",
        hints=("Roll back after a commit, and count.",),
        killed_by="test_code_may_roll_back",
        edits=(('            join_transaction_mode="create_savepoint",\n', ""),),
    ),
    Mutant(
        name="control-fully",
        task="fixture",
        bug="The session controls the outer transaction.",
        misconception="The session has to control the transaction in order to isolate it.",
        hints=("Whose is the transaction after that?",),
        killed_by="test_nothing_is_left",
        edits=(('"create_savepoint"', '"control_fully"'),),
    ),
    Mutant(
        name="outer-commit",
        task="fixture",
        bug="The outer transaction is committed after the test.",
        misconception="A transaction that was begun has to be committed.",
        hints=("How does the outer transaction end?",),
        killed_by="test_nothing_is_left",
        edits=(("outer.rollback()", "outer.commit()"),),
    ),
    Mutant(
        name="commit-becomes-flush",
        task="fixture",
        bug="commit() of the session was replaced by flush().",
        misconception="If nothing commits, nothing needs a savepoint.",
        hints=("What does a rollback of the code take along now?",),
        killed_by="test_code_may_set_savepoints",
        answer="""
@pytest.fixture
async def session(engine):
    async with AsyncSession(engine, expire_on_commit=False) as session:
        session.commit = session.flush
        yield session
        await session.rollback()
""",
    ),
    Mutant(
        name="one-savepoint-by-hand",
        task="fixture",
        bug="One savepoint is set before the test, and never another one.",
        misconception="A savepoint stays in place however often one commits.",
        hints=("What is left of a savepoint after a commit?",),
        killed_by="test_code_goes_on_after_an_error",
        answer="""
@pytest.fixture
async def session(engine):
    async with engine.connect() as connection:
        outer = await connection.begin()
        async with AsyncSession(
            bind=connection, join_transaction_mode="rollback_only", expire_on_commit=False
        ) as session:
            await session.begin_nested()
            yield session
        await outer.rollback()
""",
    ),
    Mutant(
        name="session-begin",
        task="fixture",
        bug="The test runs inside of `async with session.begin()`.",
        misconception="session.begin() is the transaction of the test.",
        hints=("What does the code under test do with the transaction of that block?",),
        killed_by="test_code_may_commit",
        answer="""
@pytest.fixture
async def session(engine):
    async with AsyncSession(engine, expire_on_commit=False) as session:
        async with session.begin() as transaction:
            yield session
            await transaction.rollback()
""",
    ),
    Mutant(
        name="closed-before-the-test",
        task="fixture",
        bug="The connection is closed before the test begins.",
        misconception="A fixture may return what a with block has made.",
        hints=("On which line does the block of the connection end?",),
        killed_by="test_code_may_commit",
        answer="""
@pytest.fixture
async def session(engine):
    async with engine.connect() as connection:
        await connection.begin()
        session = AsyncSession(
            bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )
    yield session
    await session.close()
""",
    ),
    Mutant(
        name="objects-expire",
        task="fixture",
        bug="Objects expire at a commit.",
        misconception="A session loads what it needs when it is read.",
        hints=("Read an attribute after a commit.",),
        killed_by="test_objects_outlive_a_commit",
        edits=(("            expire_on_commit=False,\n", ""),),
    ),
    Mutant(
        name="commit-at-the-end",
        task="fixture",
        bug="The session is committed after the test.",
        misconception="What is still pending has to be written before it can be taken back.",
        hints=("In which state may a test leave the session?",),
        killed_by="test_a_test_may_end_in_the_middle",
        edits=(
            (
                "            yield session\n",
                "            yield session\n            await session.commit()\n",
            ),
        ),
    ),
    Mutant(
        name="engine-for-each-test",
        task="fixture",
        bug="Each test makes an engine of its own.",
        misconception="A new engine isolates better than a shared one.",
        hints=("How often is a connection made?",),
        killed_by="test_the_engine_is_shared",
        answer="""
@pytest.fixture
async def session(database):
    engine = create_async_engine(database.url)
    async with engine.connect() as connection:
        outer = await connection.begin()
        async with AsyncSession(
            bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        ) as session:
            yield session
        await outer.rollback()
    await engine.dispose()
""",
    ),
    Mutant(
        name="the-toolkits-own",
        task="fixture",
        bug="The fixture hands out the toolkit's session.",
        misconception="A fixture that is there need not be understood.",
        hints=("Build it from engine.",),
        killed_by="test_code_may_commit",
        answer="""
@pytest.fixture
async def session(session):
    yield session
""",
    ),
    Mutant(
        name="connection-kept",
        task="fixture",
        bug="The connection is not given back.",
        misconception="What is garbage gets collected.",
        hints=("Who closes the connection?",),
        killed_by="test_the_engine_is_shared",
        answer="""
@pytest.fixture
async def session(engine):
    connection = await engine.connect()
    await connection.begin()
    session = AsyncSession(
        bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False
    )
    yield session
    await session.close()
""",
    ),
)

FIXTURE_TWINS = (
    Twin(
        name="closed-in-place-of-rolled-back",
        task="fixture",
        of="outer-commit",
        summary="the outer transaction ends with its connection",
        edits=(("        await outer.rollback()\n", ""), ("outer = await", "await")),
    ),
    Twin(
        name="by-sessionmaker",
        task="fixture",
        of="objects-expire",
        summary="a sessionmaker, and fixtures in parts",
        answer="""
from sqlalchemy.ext.asyncio import async_sessionmaker

@pytest.fixture
async def rolled_back(engine):
    connection = await engine.connect()
    transaction = await connection.begin()
    yield connection
    await transaction.rollback()
    await connection.close()

@pytest.fixture
async def session(rolled_back):
    make = async_sessionmaker(
        rolled_back, expire_on_commit=False, join_transaction_mode="create_savepoint"
    )
    session = make()
    yield session
    await session.close()
""",
    ),
    Twin(
        name="savepoint-around-it-all",
        task="fixture",
        of="default-join-mode",
        summary="the default join mode, on a connection that is in a savepoint",
        answer="""
@pytest.fixture
async def session(engine):
    async with engine.connect() as connection:
        async with connection.begin() as outer:
            await connection.begin_nested()
            session = AsyncSession(connection, expire_on_commit=False)
            yield session
            await session.close()
            await outer.rollback()
""",
    ),
)

MEND_MUTANTS = (
    Mutant(
        name="address-as-typed",
        task="mend",
        bug="register stores the address as it was typed.",
        misconception="An address in small letters, stored, shows that it is made small.",
        hints=(
            "How was the address written in your test?",
            "Register Ann@Example.com, and select User.email.",
        ),
        killed_by="test_an_address_is_stored_in_lower_case",
        code=(Patch("shop.services.users:register", "normalized(email)", "email.strip()"),),
    ),
    Mutant(
        name="session-dead-after-refusal",
        task="mend",
        bug="After register has refused an address, the session can't be used.",
        misconception="An exception that is caught is over.",
        hints=(
            "What does the code do after it has caught EmailTaken?",
            "Register somebody else behind the refusal, in the same test.",
        ),
        killed_by="test_a_taken_address_is_refused_and_the_session_goes_on",
        code=(
            Patch(
                "shop.services.users:register",
                'async with savepoint(session, {"uq_users_email": taken}):\n'
                "        session.add(user)",
                "session.add(user)\n    try:\n        await session.flush()\n"
                "    except Exception as error:\n        raise taken from error",
            ),
        ),
    ),
    Mutant(
        name="never-suspended",
        task="mend",
        bug="suspend notes no time.",
        misconception="A time that stays what it was shows that the first suspension was kept.",
        hints=(
            "What is suspended_at of a user who was never suspended, and stays so?",
            "Call suspend for a new user, select User.suspended_at, and see that it is not None.",
        ),
        killed_by="test_a_suspension_is_noted",
        code=(Patch("shop.services.users:suspend", "user.suspended_at is None", "user is None"),),
    ),
    Mutant(
        name="suspended-anew",
        task="mend",
        bug="A second suspension overwrites the time of the first.",
        misconception="Two calls of now() in one test tell two times.",
        hints=(
            "Within one transaction now() is always the same moment.",
            "Give the user a suspended_at of last May, flush, call suspend, and select the column.",
        ),
        killed_by="test_a_second_suspension_keeps_the_time_of_the_first",
        code=(
            Patch("shop.services.users:suspend", "user.suspended_at is None", "user is not None"),
        ),
    ),
    Mutant(
        name="never-reinstated",
        task="mend",
        bug="reinstate leaves the user suspended.",
        misconception="A user who is active is not suspended.",
        hints=(
            "Is the user in your test suspended before it is reinstated?",
            "Set suspended_at, flush, call reinstate, and select the column.",
        ),
        killed_by="test_a_reinstated_user_is_not_suspended",
        code=(
            Patch(
                "shop.services.users:reinstate", "user.suspended_at = None", "user.active = True"
            ),
        ),
    ),
)

MEND_TWINS = (
    Twin(
        name="users-otherwise",
        task="mend",
        of="suspended-anew",
        summary="the second implementation of users",
        code=(SwapModule("shop.services.users", "shop.otherwise.users"),),
    ),
    Twin(
        name="lower-then-strip",
        task="mend",
        of="address-as-typed",
        summary="the address made small in place",
        code=(Patch("shop.services.users:register", "normalized(email)", "email.lower().strip()"),),
    ),
    Twin(
        name="asked-first",
        task="mend",
        of="session-dead-after-refusal",
        summary="the address looked for, before it is stored",
        code=(
            Patch(
                "shop.services.users:register",
                "    async with savepoint(",
                "    if await session.scalar(select(User.id).where(User.email == address)):\n"
                "        raise taken\n    async with savepoint(",
            ),
        ),
    ),
    Twin(
        name="suspended-by-the-transactions-time",
        task="mend",
        of="never-suspended",
        summary="the time by another name of now()",
        code=(Patch("shop.services.users:suspend", "func.now()", "func.transaction_timestamp()"),),
    ),
    Twin(
        name="suspended-or-now",
        task="mend",
        of="suspended-anew",
        summary="the condition turned around",
        code=(
            Patch(
                "shop.services.users:suspend", "user.suspended_at is None", "not user.suspended_at"
            ),
        ),
    ),
    Twin(
        name="reinstated-by-update",
        task="mend",
        of="never-reinstated",
        summary="the column emptied only where it is not",
        code=(
            Patch(
                "shop.services.users:reinstate",
                "    user.suspended_at = None",
                "    if user.suspended_at is not None:\n        user.suspended_at = None",
            ),
        ),
    ),
)

TABLE = "CREATE TABLE seats (guest text PRIMARY KEY, number int NOT NULL)"
UNIQUE = "ALTER TABLE seats ADD UNIQUE (number) DEFERRABLE INITIALLY DEFERRED"
TOO_MANY = "(SELECT count(*) FROM seats) > 4"
DEFERRED = "AFTER INSERT ON seats DEFERRABLE INITIALLY DEFERRED"


def rules(unique: str = UNIQUE, too_many: str = TOO_MANY, when: str = DEFERRED) -> tuple[Set, ...]:
    """The rules of the seats, of which one is another."""
    function = f"""CREATE FUNCTION too_many_guests() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF {too_many} THEN
            RAISE EXCEPTION 'too many guests' USING ERRCODE = 'check_violation';
        END IF; RETURN NULL; END $$"""
    trigger = (
        f"CREATE CONSTRAINT TRIGGER too_many_guests {when} FOR EACH ROW"
        " EXECUTE FUNCTION too_many_guests()"
    )
    return (Set("given:SEATS", (TABLE, unique, function, trigger)),)


COMMIT_MUTANTS = (
    Mutant(
        name="two-on-a-seat",
        task="commit",
        bug="Two guests may have one seat.",
        misconception="A commit that raises nothing has checked everything.",
        hints=(
            "When is the rule checked, and does that moment come in your test?",
            "SET CONSTRAINTS ALL IMMEDIATE checks what is pending. Expect the error from it.",
        ),
        killed_by="test_a_seat_has_one_guest",
        code=rules(unique="CREATE INDEX ON seats (number)"),
    ),
    Mutant(
        name="seats-checked-at-once",
        task="commit",
        bug="Two guests can't change seats.",
        misconception="DEFERRABLE alone defers a check.",
        hints=(
            "A rule that is checked too early refuses what it should allow.",
            "Let two guests sit, and move one to the seat of the other, then the other.",
        ),
        killed_by="test_two_guests_change_seats",
        code=rules(unique="ALTER TABLE seats ADD UNIQUE (number) DEFERRABLE INITIALLY IMMEDIATE"),
    ),
    Mutant(
        name="any-number-of-guests",
        task="commit",
        bug="Any number of guests may come.",
        misconception="Under the test's transaction a commit fires the triggers that wait for it.",
        hints=(
            "When does the trigger fire, and does that moment come in your test?",
            "Let five guests sit, and expect the error from SET CONSTRAINTS ALL IMMEDIATE.",
        ),
        killed_by="test_a_fifth_guest_is_refused",
        code=rules(too_many="false"),
    ),
    Mutant(
        name="five-guests",
        task="commit",
        bug="Five guests may come.",
        misconception="A crowd that is refused shows where the limit is.",
        hints=(
            "How many guests came in your test?",
            "A limit is tested on the limit: let exactly five guests sit.",
        ),
        killed_by="test_a_fifth_guest_is_refused",
        code=rules(too_many="(SELECT count(*) FROM seats) > 5"),
    ),
    Mutant(
        name="three-guests",
        task="commit",
        bug="A fourth guest is refused.",
        misconception="A rule that is stricter can do no harm.",
        hints=(
            "A rule can be wrong in two ways: it lets in too much, or too little.",
            "Let four guests sit, and ask for the check. Nothing must be raised.",
        ),
        killed_by="test_four_guests_are_welcome",
        code=rules(too_many="(SELECT count(*) FROM seats) >= 4"),
    ),
    Mutant(
        name="guests-counted-at-once",
        task="commit",
        bug="A fifth guest is refused at once, though somebody is about to leave.",
        misconception="It is all the same when a rule is checked.",
        hints=(
            "A rule that is checked too early refuses what it should allow.",
            "Let five guests sit and one leave, and only then ask for the check.",
        ),
        killed_by="test_a_fifth_guest_may_come_when_another_leaves",
        code=rules(when="AFTER INSERT ON seats"),
    ),
)

COMMIT_TWINS = (
    Twin(
        name="seat-by-exclusion",
        task="commit",
        of="two-on-a-seat",
        summary="an exclusion constraint in place of the unique one",
        code=rules(
            unique="ALTER TABLE seats ADD EXCLUDE USING btree (number WITH =)"
            " DEFERRABLE INITIALLY DEFERRED"
        ),
    ),
    Twin(
        name="seat-by-another-name",
        task="commit",
        of="seats-checked-at-once",
        summary="the unique constraint under another name",
        code=rules(
            unique="ALTER TABLE seats ADD CONSTRAINT one_guest_a_seat UNIQUE (number)"
            " DEFERRABLE INITIALLY DEFERRED"
        ),
    ),
    Twin(
        name="guests-by-exists",
        task="commit",
        of="any-number-of-guests",
        summary="the trigger looks for a fifth row",
        code=rules(too_many="EXISTS (SELECT FROM seats OFFSET 4)"),
    ),
    Twin(
        name="five-or-more",
        task="commit",
        of="five-guests",
        summary="five or more in place of more than four",
        code=rules(too_many="(SELECT count(*) FROM seats) >= 5"),
    ),
    Twin(
        name="not-at-most-four",
        task="commit",
        of="three-guests",
        summary="the condition turned around",
        code=rules(too_many="NOT (SELECT count(*) FROM seats) <= 4"),
    ),
    Twin(
        name="guests-counted-after-updates-too",
        task="commit",
        of="guests-counted-at-once",
        summary="the trigger counts after an UPDATE, too",
        code=rules(when="AFTER INSERT OR UPDATE ON seats DEFERRABLE INITIALLY DEFERRED"),
    ),
)

FAST_MUTANTS = (
    Mutant(
        name="the-first-page-again",
        task="fast",
        bug="Every page is the first one.",
        misconception="A page of the right size is the right page.",
        hints=(
            "How many pages does a test look at, and what do they have in common?",
            "Keep the test of the pages as it was, on rows that cost one statement.",
        ),
        killed_by="test_pages_follow_each_other",
        code=(
            Patch("shop.services.pages:read_page", ".limit(limit).offset(offset)", ".limit(limit)"),
        ),
    ),
    Mutant(
        name="total-of-the-page",
        task="fast",
        bug="The total is that of the page.",
        misconception="A total was tested if there was one page.",
        hints=(
            "Which number does the total tell?",
            "Keep the assertion on page.total, with more rows than fit on a page.",
        ),
        killed_by="test_pages_follow_each_other",
        code=(
            Patch(
                "shop.services.pages:read_page",
                "query.order_by(None).subquery()",
                "query.limit(limit).subquery()",
            ),
        ),
    ),
    Mutant(
        name="row-by-row",
        task="fast",
        bug="Each row of a page is read once more, by a statement of its own.",
        misconception="Code that returns the right rows is right.",
        hints=(
            "The rows are right. What does the limit of statements say about the code?",
            "Ask for three pages of five in one test, and leave no statements to spare.",
        ),
        killed_by="test_pages_follow_each_other",
        code=(
            Patch(
                "shop.services.pages:read_page",
                "    return Page(",
                "    found = found.all()\n"
                "    for one in found:\n"
                "        await session.refresh(one)\n"
                "    return Page(",
            ),
        ),
    ),
    Mutant(
        name="highest-price-left-out",
        task="fast",
        bug="A product at the highest price is left out.",
        misconception="A price in the middle of the range shows where the range ends.",
        hints=(
            "A limit is tested on the limit itself.",
            "Keep the lamp whose price is max_price.",
        ),
        killed_by="test_price_and_stock_are_limits",
        code=(
            Patch("shop.services.catalogue:find_products", "Product.price <= ", "Product.price < "),
        ),
    ),
    Mutant(
        name="sold-out-too",
        task="fast",
        bug="Products that are sold out are found as if they were in stock.",
        misconception="Rows that are made alike can show every filter.",
        hints=(
            "Do your products still differ in their stock?",
            "Keep one lamp with a stock of 0, and the question with in_stock=True.",
        ),
        killed_by="test_price_and_stock_are_limits",
        code=(
            Patch(
                "shop.services.catalogue:find_products", "Product.stock > 0", "Product.stock >= 0"
            ),
        ),
    ),
)

FAST_TWINS = (
    Twin(
        name="catalogue-otherwise",
        task="fast",
        of="row-by-row",
        summary="the second implementation of the catalogue",
        code=(SwapModule("shop.services.catalogue", "shop.otherwise.catalogue"),),
    ),
    Twin(
        name="offset-first",
        task="fast",
        of="the-first-page-again",
        summary="offset before limit",
        code=(
            Patch(
                "shop.services.pages:read_page",
                ".limit(limit).offset(offset)",
                ".offset(offset).limit(limit)",
            ),
        ),
    ),
    Twin(
        name="total-in-order",
        task="fast",
        of="total-of-the-page",
        summary="the count keeps the order of the query",
        code=(Patch("shop.services.pages:read_page", "query.order_by(None)", "query"),),
    ),
    Twin(
        name="sliced",
        task="fast",
        of="row-by-row",
        summary="slice() in place of limit and offset",
        code=(
            Patch(
                "shop.services.pages:read_page",
                ".limit(limit).offset(offset)",
                ".slice(offset, offset + limit)",
            ),
            Patch("shop.services.pages:read_page", "tuple(found)", "tuple(found.all())"),
        ),
    ),
    Twin(
        name="not-above",
        task="fast",
        of="highest-price-left-out",
        summary="the price not above the highest",
        code=(
            Patch(
                "shop.services.catalogue:find_products",
                "Product.price <= money(max_price)",
                "~(Product.price > money(max_price))",
            ),
        ),
    ),
    Twin(
        name="at-least-one",
        task="fast",
        of="sold-out-too",
        summary="a stock of at least one",
        code=(
            Patch(
                "shop.services.catalogue:find_products", "Product.stock > 0", "Product.stock >= 1"
            ),
        ),
    ),
)

PREDICT_PROBES = (
    Probe(
        test="test_a_gap",
        task="predict",
        promise="a_gap: the ids of two users, of whom the first was rolled back.",
        hints=(
            "Is a sequence part of a transaction?",
            "The rollback takes the row and leaves the number used: the next one follows it.",
        ),
    ),
    Probe(
        test="test_one_moment",
        task="predict",
        promise="one_moment: now() before and after a commit of the session.",
        hints=(
            "What does now() tell: the present, or the beginning of something?",
            "The transaction that it tells the beginning of is the fixture's.",
        ),
    ),
    Probe(
        test="test_same_address",
        task="predict",
        promise="same_address: another connection signs up with the same address.",
        hints=(
            "Does the other connection see the user? And may it add the same one?",
            "It sees nothing and has to wait, until lock_timeout is over. Chapter 4 names the "
            "exception.",
        ),
    ),
    Probe(
        test="test_two_in_one_seat",
        task="predict",
        promise="two_in_one_seat: a deferred constraint that is broken, and a commit.",
        hints=(
            "When is a deferred constraint checked?",
            "At a real COMMIT, and this commit releases a savepoint: both rows stay.",
        ),
    ),
    Probe(
        test="test_a_setting",
        task="predict",
        promise="a_setting: SET LOCAL, and a commit.",
        hints=(
            "How long does SET LOCAL last?",
            "To the end of the transaction, which is the fixture's: the commit does not end it.",
        ),
    ),
    Probe(
        test="test_emptied",
        task="predict",
        promise="emptied: TRUNCATE, and a rollback of the session.",
        hints=(
            "Can TRUNCATE be rolled back in PostgreSQL?",
            "It can, and the sign-up before it was committed: the rollback stops there.",
        ),
    ),
)


WRONG_PREDICTIONS = (
    wrong_prediction("ids-go-back", "a_gap", "1", "0", "A rollback gives an id back."),
    wrong_prediction("time-goes-on", "one_moment", "False", "True", "now() is the present."),
    wrong_prediction(
        "refused-at-once",
        "same_address",
        '"DBAPIError"',
        '"IntegrityError"',
        "What was flushed and not committed is in the way at once.",
    ),
    wrong_prediction(
        "checked-at-commit",
        "two_in_one_seat",
        "2",
        '"IntegrityError"',
        "A commit of a session is a COMMIT.",
    ),
    wrong_prediction(
        "reset-at-commit", "a_setting", '"3MB"', '"2MB"', "SET LOCAL ends at a commit."
    ),
    wrong_prediction("truncated-for-good", "emptied", "1", "0", "TRUNCATE can't be rolled back."),
)

RIGHT_PREDICTIONS = (
    Twin(
        name="by-keyword",
        task="predict",
        of="ids-go-back",
        summary="a dictionary made by dict()",
        answer="""
PREDICTED = dict(
    a_gap=1, one_moment=False, same_address="DBAPIError", two_in_one_seat=2, a_setting="3MB",
    emptied=1,
)
""",
    ),
)

VARIANTS = Variants(
    tasks=TASKS,
    references=REFERENCES,
    twins=(*FIXTURE_TWINS, *MEND_TWINS, *COMMIT_TWINS, *FAST_TWINS, *RIGHT_PREDICTIONS),
    mutants=(
        *FIXTURE_MUTANTS,
        *MEND_MUTANTS,
        *COMMIT_MUTANTS,
        *FAST_MUTANTS,
        *WRONG_PREDICTIONS,
    ),
    probes=(*FIXTURE_PROBES, *PREDICT_PROBES),
)
