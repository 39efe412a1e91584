"""The services, the tests and the answers of this assignment: correct ones, and such with a bug."""

from nomocks.mutation.code import Patch, Swap, SwapModule
from nomocks.mutation.schema import (
    drop_constraint,
    exchange_check,
    exchange_on_delete,
)
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
    Task("blind", "Green and blind"),
    Task("search", "A property of a search"),
    Task("example", "A fresh start for each example"),
    Task("predict", "What tells them apart", literal=True),
)

REFERENCES = (
    Reference("as-it-is", "the shop as it is"),
    Reference(
        "otherwise",
        "the same services, written otherwise, on tables with other columns",
        (
            "ALTER TABLE reviews DROP COLUMN body, ADD COLUMN notes text,"
            " ADD COLUMN body text NOT NULL DEFAULT ''",
            "ALTER TABLE products ADD COLUMN notes text",
        ),
        code=(SwapModule("shop.services.catalogue", "shop.otherwise.catalogue"),),
    ),
)

RATING = ("reviews", "ck_reviews_rating_one_to_five")
ONCE = ("reviews", "uq_reviews_product_id_user_id")
PRODUCT = ("reviews", "fk_reviews_product_id", "product_id", "products")
RATING_OF = "shop.services.catalogue:rating_of"
ADD = "shop.services.catalogue:add_review"
OF_PRODUCT = ".where(Review.product_id == product_id)"


def before_adding(lines: str) -> tuple[Patch, ...]:
    """What add_review asks itself before it stores anything."""
    first = "async with savepoint(session, errors):"
    return (Patch(ADD, first, f"{lines}\n    {first}"),)


def rating_among(numbers: str) -> tuple[Patch, ...]:
    """Ratings refused by Python unless they are among these."""
    refuse = 'raise errors["ck_reviews_rating_one_to_five"]'
    return before_adding(f"if rating not in {numbers}:\n        {refuse}")


def once(*conditions: str) -> tuple[Patch, ...]:
    """A review refused by Python if there is one already of which all that is true."""
    asked = f"select(func.count(Review.id)).where({', '.join(conditions)})"
    refuse = 'raise errors["uq_reviews_product_id_user_id"]'
    return before_adding(f"if await session.scalar({asked}):\n        {refuse}")


BY_USER, OF_THIS = "Review.user_id == user_id", "Review.product_id == product_id"

BLIND_MUTANTS = (
    Mutant(
        name="six-stars",
        task="blind",
        bug="A rating of 6 is stored.",
        misconception="A rating of 9 that is refused shows where the ratings end.",
        hints=(
            "How far is your wrong rating from the last right one?",
            "Try 6, with a user and a product that exist, and expect Invalid.",
        ),
        killed_by="test_beyond_the_ends_is_no_rating",
        statements=exchange_check(*RATING, "rating BETWEEN 1 AND 6"),
    ),
    Mutant(
        name="no-star",
        task="blind",
        bug="A rating of 0 is stored.",
        misconception="A range has one end that matters.",
        hints=(
            "A range has two ends. Which of them do your tests try?",
            "Try 0, with a user and a product that exist, and expect Invalid.",
        ),
        killed_by="test_beyond_the_ends_is_no_rating",
        statements=exchange_check(*RATING, "rating BETWEEN 0 AND 5"),
    ),
    Mutant(
        name="five-refused",
        task="blind",
        bug="A rating of 5 is refused.",
        misconception="range(1, 5) goes up to 5.",
        hints=(
            "A rule can be wrong in two ways: it lets in too much, or too little.",
            "Store a rating of 1 and one of 5.",
        ),
        killed_by="test_the_ends_are_ratings",
        code=rating_among("range(1, 5)"),
    ),
    Mutant(
        name="again-and-again",
        task="blind",
        bug="A user may review a product again and again.",
        misconception="Some refusal is the refusal that was meant.",
        hints=(
            "Does any of your tests review one product twice?",
            "Review it twice as one user, and expect AlreadyReviewed the second time.",
        ),
        killed_by="test_a_second_review_is_refused",
        statements=(drop_constraint(*ONCE),),
    ),
    Mutant(
        name="one-review-a-product",
        task="blind",
        bug="A product has one review, whoever wrote it.",
        misconception="With one user in the table, a rule about users can be tested.",
        hints=(
            "How many users are there in your tests?",
            "Let two users review one product.",
        ),
        killed_by="test_others_may_review_it_and_the_user_other_products",
        code=once(OF_THIS),
    ),
    Mutant(
        name="one-review-a-user",
        task="blind",
        bug="A user may write one review, of whatever product.",
        misconception="With one product in the table, a rule about products can be tested.",
        hints=(
            "How many products are there in your tests?",
            "Let one user review two products.",
        ),
        killed_by="test_others_may_review_it_and_the_user_other_products",
        code=once(BY_USER),
    ),
    Mutant(
        name="average-of-all",
        task="blind",
        bug="The rating of a product is that of all products.",
        misconception="The number is right, so the query is.",
        hints=(
            "Which row would change the result if the condition were missing?",
            "Review another product as well, with another rating.",
        ),
        killed_by="test_the_rating_is_that_of_the_product",
        code=(Patch(RATING_OF, OF_PRODUCT, ""),),
    ),
    Mutant(
        name="product-is-kept",
        task="blind",
        bug="A product that has reviews can't be deleted.",
        misconception="What no test deletes needs no rule for deletion.",
        hints=(
            "Which statement is the last promise about?",
            "Make a review, delete its product by a statement, and count the reviews.",
        ),
        killed_by="test_reviews_go_with_their_product",
        statements=exchange_on_delete(*PRODUCT, "RESTRICT"),
    ),
)

BLIND_TWINS = (
    Twin(
        name="below-six",
        task="blind",
        of="six-stars",
        summary="the same ratings, by two comparisons",
        statements=exchange_check(*RATING, "rating > 0 AND rating < 6"),
    ),
    Twin(
        name="listed",
        task="blind",
        of="no-star",
        summary="the same ratings, as a list",
        statements=exchange_check(*RATING, "rating IN (1, 2, 3, 4, 5)"),
    ),
    Twin(
        name="one-to-five",
        task="blind",
        of="five-refused",
        summary="a range that ends before 6",
        code=rating_among("range(1, 6)"),
    ),
    Twin(
        name="once-by-exclusion",
        task="blind",
        of="again-and-again",
        summary="an exclusion constraint in place of the unique one",
        statements=(
            drop_constraint(*ONCE),
            f"ALTER TABLE reviews ADD CONSTRAINT {ONCE[1]}"
            " EXCLUDE USING btree (product_id WITH =, user_id WITH =)",
        ),
    ),
    Twin(
        name="looked-for-first",
        task="blind",
        of="one-review-a-product",
        summary="a review of the product by the user looked for before",
        code=once(OF_THIS, BY_USER),
    ),
    Twin(
        name="looked-for-by-user",
        task="blind",
        of="one-review-a-user",
        summary="a review by the user of the product looked for before",
        code=once(BY_USER, OF_THIS),
    ),
    Twin(
        name="average-otherwise",
        task="blind",
        of="average-of-all",
        summary="the average as a sum, divided",
        code=(Swap(RATING_OF, "shop.otherwise.catalogue:rating_of"),),
    ),
    Twin(
        name="deleted-by-trigger",
        task="blind",
        of="product-is-kept",
        summary="a trigger deletes the reviews, and not the foreign key",
        statements=(
            *exchange_on_delete(*PRODUCT, "NO ACTION"),
            "CREATE FUNCTION reviews_go() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " DELETE FROM reviews WHERE product_id = OLD.id; RETURN OLD; END $$",
            "CREATE TRIGGER reviews_go BEFORE DELETE ON products"
            " FOR EACH ROW EXECUTE FUNCTION reviews_go()",
        ),
    ),
)

FIND = "shop.services.catalogue:find_products"
IN_NAME = "Product.name.icontains(text, autoescape=True)"

SEARCH_MUTANTS = (
    Mutant(
        name="wildcards",
        task="search",
        bug="A percent sign finds every product.",
        misconception="The text of a search is letters.",
        hints=(
            "Which characters mean something to LIKE?",
            "Draw the text from ALPHABET, and compare all that is found.",
        ),
        killed_by="test_what_contains_the_text_is_found_and_nothing_else",
        code=(Patch(FIND, IN_NAME, "Product.name.icontains(text)"),),
    ),
    Mutant(
        name="case-matters",
        task="search",
        bug="Upper and lower case are not the same.",
        misconception="A name that is found by itself shows that the search works.",
        hints=(
            "Does your property draw the same letter in both cases?",
            "Compare text.lower() with name.lower().",
        ),
        killed_by="test_what_contains_the_text_is_found_and_nothing_else",
        code=(Patch(FIND, IN_NAME, "Product.name.contains(text, autoescape=True)"),),
    ),
    Mutant(
        name="beginnings-only",
        task="search",
        bug="Only names that begin with the text are found.",
        misconception="A product that is found shows that none is missing.",
        hints=(
            "What is in the middle of a name?",
            "Compare all that is found with all that should be, both ways.",
        ),
        killed_by="test_what_contains_the_text_is_found_and_nothing_else",
        code=(Patch(FIND, IN_NAME, "Product.name.istartswith(text, autoescape=True)"),),
    ),
    Mutant(
        name="stripped",
        task="search",
        bug="Spaces around the text are cut off.",
        misconception="Cutting spaces off can do no harm.",
        hints=(
            "Does your strategy draw short texts with spaces at the ends?",
            "The space stands for itself, too: one space finds few names. Try a max_size.",
        ),
        killed_by="test_what_contains_the_text_is_found_and_nothing_else",
        code=(Patch(FIND, IN_NAME, "Product.name.icontains(text.strip(), autoescape=True)"),),
    ),
)

SEARCH_TWINS = (
    Twin(
        name="by-position",
        task="search",
        of="wildcards",
        summary="the text looked for without LIKE",
        code=(Patch(FIND, IN_NAME, "(func.strpos(func.lower(Product.name), text.lower()) > 0)"),),
    ),
    Twin(
        name="both-in-lower-case",
        task="search",
        of="case-matters",
        summary="both in lower case, compared as they are",
        code=(
            Patch(
                FIND, IN_NAME, "func.lower(Product.name).contains(text.lower(), autoescape=True)"
            ),
        ),
    ),
    Twin(
        name="both-in-upper-case",
        task="search",
        of="beginnings-only",
        summary="both in upper case, compared as they are",
        code=(
            Patch(
                FIND, IN_NAME, "func.upper(Product.name).contains(text.upper(), autoescape=True)"
            ),
        ),
    ),
    Twin(
        name="not-stripped",
        task="search",
        of="stripped",
        summary="another character of escape",
        code=(Patch(FIND, IN_NAME, 'Product.name.icontains(text, autoescape=True, escape="#")'),),
    ),
)


def example(body: str, asked: str = "connection, sessions") -> str:
    """A cell with another fixture, whose inner function has this body."""
    lines = "\n".join(f"        {line}" if line else "" for line in body.strip("\n").split("\n"))
    return (
        f"@pytest.fixture\ndef example({asked}):\n    @asynccontextmanager\n"
        f"    async def example():\n{lines}\n\n    return example\n"
    )


EXAMPLE_PROBES = (
    Probe(
        "test_begins_fresh",
        "example",
        "An example begins without the rows of the examples before.",
        (
            "Who takes back what an example has flushed?",
            "Set a savepoint when an example begins. At its end close the session, then roll back.",
        ),
    ),
    Probe(
        "test_may_commit",
        "example",
        "The code in an example may commit.",
        (
            "What does a commit do to a savepoint of the same session?",
            "Set the savepoint on `connection`, below the session.",
        ),
    ),
    Probe(
        "test_may_roll_back",
        "example",
        "The code in an example may roll back, and what was there before stays.",
        (
            "How does your session join the transaction of the connection?",
            "`sessions()` makes one whose rollbacks go back to a savepoint of its own.",
        ),
    ),
    Probe(
        "test_a_failure_is_undone",
        "example",
        "An example that fails is undone as well, with what its code had committed.",
        (
            "What is run after `yield` when the block raises?",
            "Put the rollback into `finally`.",
        ),
    ),
    Probe(
        "test_its_exception_comes_out",
        "example",
        "The exception of an example comes out as it was.",
        (
            "Does Hypothesis hear of a failure?",
            "`finally` lets an exception through; `except` without `raise` does not.",
        ),
    ),
    Probe(
        "test_rows_of_the_test_stay",
        "example",
        "What the test had stored before its examples stays.",
        (
            "Is what you take back only what the example did?",
            "Roll back to a savepoint that you have set when the example began, and no further.",
        ),
    ),
    Probe(
        "test_no_object_of_another",
        "example",
        "No object of an example is known to the session of the next.",
        (
            "What does a session remember whose rows are gone?",
            "Make a session in each example.",
        ),
    ),
)

EXAMPLE_MUTANTS = (
    Mutant(
        name="nothing-is-undone",
        task="example",
        bug="Rows of one example are seen by the next.",
        misconception="A session that is closed takes its rows with it.",
        hints=(
            "Under the test's transaction a commit, and a close, leave the rows until its end.",
        ),
        killed_by="test_begins_fresh",
        answer=example(
            """
async with sessions() as session:
    yield session
    await session.commit()
"""
        ),
    ),
    Mutant(
        name="savepoint-of-the-session",
        task="example",
        bug="After a commit the code can't go on.",
        misconception="begin_nested of the session is the savepoint that an example needs.",
        hints=("A commit of the session ends its savepoints.",),
        killed_by="test_may_commit",
        answer=example(
            """
async with sessions() as session, session.begin_nested() as savepoint:
    try:
        yield session
    finally:
        if savepoint.is_active:
            await savepoint.rollback()
"""
        ),
    ),
    Mutant(
        name="rolled-back-twice",
        task="example",
        bug="After a rollback in an example its end fails.",
        misconception="A savepoint is there until it is rolled back by whoever has set it.",
        hints=("A rollback of the session ends its savepoints.",),
        killed_by="test_may_roll_back",
        answer=example(
            """
async with sessions() as session:
    savepoint = await session.begin_nested()
    try:
        yield session
    finally:
        await savepoint.rollback()
"""
        ),
    ),
    Mutant(
        name="without-finally",
        task="example",
        bug="What a failing example has written stays.",
        misconception="What stands after yield is run in any case.",
        hints=("When the block raises, it raises at the yield.",),
        killed_by="test_a_failure_is_undone",
        answer=example(
            """
savepoint = await connection.begin_nested()
async with sessions() as session:
    yield session
    await session.commit()
await savepoint.rollback()
"""
        ),
    ),
    Mutant(
        name="swallowed",
        task="example",
        bug="An exception in an example is lost.",
        misconception="To clean up after an exception, catch it.",
        hints=("Without `raise` the exception ends in your `except`.",),
        killed_by="test_its_exception_comes_out",
        answer=example(
            """
savepoint = await connection.begin_nested()
async with sessions() as session:
    try:
        yield session
    except Exception:
        pass
await savepoint.rollback()
"""
        ),
    ),
    Mutant(
        name="emptied",
        task="example",
        bug="The rows of the test are deleted with those of the example.",
        misconception="A clean table is an empty table.",
        hints=("Who else has rows in the table?",),
        killed_by="test_rows_of_the_test_stay",
        answer=example(
            """
try:
    async with sessions() as session:
        yield session
finally:
    async with sessions() as session:
        await session.execute(delete(OutboxMessage))
        await session.commit()
"""
        ),
    ),
    Mutant(
        name="one-session-for-all",
        task="example",
        bug="The session knows objects of the examples before.",
        misconception="A rollback of the rows makes a session new.",
        hints=("The savepoint is the connection's, and the session does not hear of it.",),
        killed_by="test_no_object_of_another",
        answer=example(
            """
savepoint = await connection.begin_nested()
try:
    yield session
finally:
    await savepoint.rollback()
""",
            "connection, session",
        ),
    ),
)

EXAMPLE_TWINS = (
    Twin(
        name="as-statements",
        task="example",
        of="nothing-is-undone",
        summary="the savepoint as SQL",
        answer=example(
            """
await connection.exec_driver_sql("SAVEPOINT before_example")
try:
    async with sessions() as session:
        yield session
finally:
    await connection.exec_driver_sql("ROLLBACK TO SAVEPOINT before_example")
"""
        ),
    ),
    Twin(
        name="session-by-hand",
        task="example",
        of="savepoint-of-the-session",
        summary="the session made without the fixture sessions",
        answer=example(
            """
async with connection.begin_nested() as savepoint:
    session = AsyncSession(
        bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False
    )
    try:
        yield session
    finally:
        await session.close()
        await savepoint.rollback()
""",
            "connection",
        ),
    ),
    Twin(
        name="rolled-back-first",
        task="example",
        of="without-finally",
        summary="except and raise in place of finally",
        answer=example(
            """
savepoint = await connection.begin_nested()
try:
    async with sessions() as session:
        yield session
except BaseException:
    await savepoint.rollback()
    raise
await savepoint.rollback()
"""
        ),
    ),
)

PREDICT_PROBES = tuple(
    Probe(
        f"test_{name}",
        "predict",
        promise,
        ("What does the chapter's section on equivalent mutants say of this?", hint),
    )
    for name, promise, hint in (
        (
            "whole_numbers",
            "You know what tells two conditions apart on whole numbers.",
            "Is there a whole number between 0 and 1, or between 5 and 6?",
        ),
        (
            "half_stars",
            "You know that it depends on the type whether a mutant is equivalent.",
            "Which halves lie between 0 and 1, and between 5 and 6?",
        ),
        (
            "reduced_price",
            "You know what a CHECK makes of NULL.",
            "NULL is not false, so the original takes the row. What is NULL AND false?",
        ),
        (
            "two_rules",
            "You know that a mutant may be covered by another rule.",
            "What does the index refuse that was made beside the constraint?",
        ),
        (
            "killers",
            "You know which test tells a limit.",
            "On which pair of numbers do `<` and `<=` differ?",
        ),
    )
)

PREDICT_MUTANTS = (
    wrong_prediction("limits-differ", "whole_numbers", "0", "2", "Another text is another rule."),
    wrong_prediction(
        "always-equivalent", "half_stars", "2", "0", "Equivalent is equivalent for every type."
    ),
    wrong_prediction(
        "null-is-refused", "reduced_price", "2", "0", "A CHECK refuses NULL, so nothing changes."
    ),
    wrong_prediction(
        "constraint-was-all",
        "two_rules",
        '"IntegrityError"',
        '"nothing"',
        "Without its constraint a rule is gone.",
    ),
    wrong_prediction(
        "any-test-kills",
        "killers",
        '["all"]',
        '["one of five", "all"]',
        "A test in the middle of the range tells where it ends.",
    ),
)

PREDICT_TWINS = (
    Twin(
        name="as-a-tuple",
        task="predict",
        of="any-test-kills",
        summary="the names as a tuple",
        edits=(('"killers": ["all"]', '"killers": ("all",)'),),
    ),
)

VARIANTS = Variants(
    tasks=TASKS,
    references=REFERENCES,
    twins=(*BLIND_TWINS, *SEARCH_TWINS, *EXAMPLE_TWINS, *PREDICT_TWINS),
    mutants=(*BLIND_MUTANTS, *SEARCH_MUTANTS, *EXAMPLE_MUTANTS, *PREDICT_MUTANTS),
    probes=(*EXAMPLE_PROBES, *PREDICT_PROBES),
)
