"""The schemas that the tests of this assignment are run against."""

from nomocks.mutation.schema import (
    RENAME_CONSTRAINTS,
    add_check,
    check_by_domain,
    check_by_trigger,
    drop_constraint,
    drop_not_null,
    exchange_check,
    exchange_on_delete,
    exchange_unique,
    foreign_key_by_trigger,
    not_null_by_check,
    not_null_by_trigger,
    unique_by_exclusion,
    unique_by_index,
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
    Task("example", "An example: categories", example=True),
    Task("users", "Users: two tests to mend"),
    Task("products", "Products"),
    Task("orders", "Orders and their items"),
    Task("predict", "What will happen?", literal=True),
    Task("save", "A function that survives"),
)

REFERENCES = (
    Reference("as-it-is", "the shop's schema as it is"),
    Reference(
        "other-names",
        "the same schema with other constraint names",
        (RENAME_CONSTRAINTS,),
    ),
    Reference(
        "other-columns",
        "the same schema with other column order and a column more",
        (
            "ALTER TABLE users DROP COLUMN email, ADD COLUMN notes text,"
            " ADD COLUMN email varchar(254) NOT NULL CONSTRAINT uq_users_email UNIQUE",
            "ALTER TABLE products DROP COLUMN price, DROP COLUMN name, ADD COLUMN notes text,"
            " ADD COLUMN name varchar(200) NOT NULL, ADD COLUMN price numeric(10, 2) NOT NULL"
            " CONSTRAINT ck_products_price_positive CHECK (0 < price)",
            "ALTER TABLE order_items DROP COLUMN total, ADD COLUMN notes text,"
            " ADD COLUMN total numeric(12, 2) GENERATED ALWAYS AS (unit_price * quantity) STORED",
        ),
    ),
)

EXAMPLE_MUTANTS = (
    Mutant(
        name="same-name-twice",
        task="example",
        bug="Two categories with the same parent may have the same name.",
        misconception="A check in the form that creates categories is enough.",
        hints=("Add two categories that have the parent and the name in common.",),
        killed_by="test_two_children_of_a_parent_differ_in_name",
        statements=(drop_constraint("categories", "uq_categories_parent_id_name"),),
    ),
    Mutant(
        name="same-name-on-top",
        task="example",
        bug="Two categories without a parent may have the same name.",
        misconception="UNIQUE (parent_id, name) compares every row, those with NULL too.",
        hints=("NULL is not equal to NULL: try two categories that have no parent.",),
        killed_by="test_two_categories_on_top_differ_in_name",
        statements=exchange_unique(
            "categories", "uq_categories_parent_id_name", "parent_id", "name"
        ),
    ),
)

USER_MUTANTS = (
    Mutant(
        name="email-not-unique",
        task="users",
        bug="Two users may have the same email.",
        misconception="The registration form looks for duplicates, so the database need not.",
        hints=(
            "Which constraint did the test meet? Take pytest.raises away, and read the message.",
            "Give both users a name, so that the email alone can be refused.",
        ),
        killed_by="test_an_email_belongs_to_one_user",
        statements=(drop_constraint("users", "uq_users_email"),),
    ),
    Mutant(
        name="email-unique-with-name",
        task="users",
        bug="Two users may have the same email if their names differ.",
        misconception="UNIQUE (email, name) makes each of the two unique.",
        hints=(
            "Do the two users in your test differ in anything but the email?",
            "Give them the same email and different names.",
        ),
        killed_by="test_an_email_belongs_to_one_user",
        statements=exchange_unique("users", "uq_users_email", "email", "name"),
    ),
    Mutant(
        name="email-optional",
        task="users",
        bug="A user may have no email.",
        misconception="UNIQUE implies NOT NULL.",
        hints=(
            "User() lacks two things that are required. Which one was refused?",
            "Add one user without an email, with all the rest.",
        ),
        killed_by="test_a_user_has_an_email",
        statements=(drop_not_null("users", "email"),),
    ),
    Mutant(
        name="name-optional",
        task="users",
        bug="A user may have no name.",
        misconception="One test of a required field stands for all of them.",
        hints=(
            "Each required field needs a test of its own.",
            "Add one user without a name, with all the rest.",
        ),
        killed_by="test_a_user_has_a_name",
        statements=(drop_not_null("users", "name"),),
    ),
)

USER_TWINS = (
    Twin(
        name="email-by-index",
        task="users",
        of="email-not-unique",
        summary="a unique index instead of the UNIQUE constraint",
        statements=unique_by_index("users", "uq_users_email", "email"),
    ),
    Twin(
        name="email-by-exclusion",
        task="users",
        of="email-unique-with-name",
        summary="an exclusion constraint instead of the UNIQUE constraint",
        statements=unique_by_exclusion("users", "uq_users_email", "email"),
    ),
    Twin(
        name="email-by-check",
        task="users",
        of="email-optional",
        summary="CHECK (email IS NOT NULL) instead of NOT NULL",
        statements=not_null_by_check("users", "email"),
    ),
    Twin(
        name="name-by-trigger",
        task="users",
        of="name-optional",
        summary="a trigger instead of NOT NULL",
        statements=not_null_by_trigger("users", "name"),
    ),
)

PRODUCT_MUTANTS = (
    Mutant(
        name="price-may-be-zero",
        task="products",
        bug="A product may cost nothing.",
        misconception="Not negative and positive are the same.",
        hints=(
            "A limit is tested on the limit itself.",
            "Add a product whose price is exactly zero.",
        ),
        killed_by="test_a_price_is_more_than_zero",
        statements=exchange_check("products", "ck_products_price_positive", "price >= 0"),
    ),
    Mutant(
        name="price-unchecked",
        task="products",
        bug="A product may have a negative price.",
        misconception="A Numeric column for money takes no nonsense.",
        hints=(
            "A type limits how a number looks, not what it is.",
            "Add a product whose price is below zero.",
        ),
        killed_by="test_a_price_is_more_than_zero",
        statements=(drop_constraint("products", "ck_products_price_positive"),),
    ),
    Mutant(
        name="stock-may-be-negative",
        task="products",
        bug="The stock of a product may be negative.",
        misconception="The service never sells more than there is.",
        hints=(
            "What if two orders take the last piece?",
            "Take a product whose stock is 0, and set it to -1.",
        ),
        killed_by="test_stock_is_not_negative",
        statements=(drop_constraint("products", "ck_products_stock_not_negative"),),
    ),
    Mutant(
        name="no-sold-out",
        task="products",
        bug="A product can't be sold out: a stock of 0 is refused.",
        misconception="A constraint that is stricter can do no harm.",
        hints=(
            "A constraint can be wrong in two ways: it lets in too much, or too little.",
            "Add a product whose stock is 0. It must be taken.",
        ),
        killed_by="test_a_product_may_be_sold_out",
        statements=exchange_check("products", "ck_products_stock_not_negative", "stock > 0"),
    ),
    Mutant(
        name="sku-only-indexed",
        task="products",
        bug="Two products may have the same SKU.",
        misconception="An index on a column makes it unique.",
        hints=(
            "An index makes a search fast. Does it refuse anything?",
            "Add two products with one SKU, and flush.",
        ),
        killed_by="test_a_sku_belongs_to_one_product",
        statements=(
            drop_constraint("products", "uq_products_sku"),
            "CREATE INDEX uq_products_sku ON products (sku)",
        ),
    ),
    Mutant(
        name="category-takes-products",
        task="products",
        bug="Deleting a category deletes its products.",
        misconception="CASCADE is the tidy choice for every foreign key.",
        hints=(
            "What happens to the products of a category that goes?",
            "session.delete() lets SQLAlchemy empty category_id before the database is asked. "
            "Run a DELETE statement, and look for the product afterward.",
        ),
        killed_by="test_a_product_outlives_its_category",
        statements=exchange_on_delete(
            "products", "fk_products_category_id", "category_id", "categories", "CASCADE"
        ),
    ),
    Mutant(
        name="category-held-by-products",
        task="products",
        bug="A category that has products can't be deleted.",
        misconception="A foreign key clears itself when its target goes.",
        hints=(
            "Without ON DELETE a foreign key refuses the deletion.",
            "session.delete() lets SQLAlchemy empty category_id before the database is asked. "
            "Run a DELETE statement.",
        ),
        killed_by="test_a_product_outlives_its_category",
        statements=exchange_on_delete(
            "products", "fk_products_category_id", "category_id", "categories", "NO ACTION"
        ),
    ),
)

PRODUCT_TWINS = (
    Twin(
        name="price-by-other-words",
        task="products",
        of="price-may-be-zero",
        summary="CHECK (NOT price <= 0) under another name",
        statements=(
            drop_constraint("products", "ck_products_price_positive"),
            add_check("products", "worth_something", "NOT price <= 0"),
        ),
    ),
    Twin(
        name="price-by-domain",
        task="products",
        of="price-unchecked",
        summary="a domain instead of the CHECK constraint on the price",
        statements=check_by_domain(
            "products", "ck_products_price_positive", "price", "numeric(10, 2)", "VALUE > 0"
        ),
    ),
    Twin(
        name="stock-by-trigger",
        task="products",
        of="stock-may-be-negative",
        summary="a trigger instead of the CHECK constraint on the stock",
        statements=check_by_trigger("products", "ck_products_stock_not_negative", "NEW.stock >= 0"),
    ),
    Twin(
        name="stock-above-minus-one",
        task="products",
        of="no-sold-out",
        summary="CHECK (stock > -1), which is the same for whole numbers",
        statements=exchange_check("products", "ck_products_stock_not_negative", "stock > -1"),
    ),
    Twin(
        name="sku-by-exclusion",
        task="products",
        of="sku-only-indexed",
        summary="an exclusion constraint instead of the UNIQUE constraint on the SKU",
        statements=unique_by_exclusion("products", "uq_products_sku", "sku"),
    ),
    Twin(
        name="category-by-trigger",
        task="products",
        of="category-takes-products",
        summary="triggers instead of the foreign key to the category",
        statements=foreign_key_by_trigger(
            "products", "fk_products_category_id", "category_id", "categories", "SET NULL"
        ),
    ),
    Twin(
        name="category-cleared-first",
        task="products",
        of="category-held-by-products",
        summary="a trigger that clears category_id, and a foreign key that would refuse",
        statements=(
            *exchange_on_delete(
                "products", "fk_products_category_id", "category_id", "categories", "NO ACTION"
            ),
            "CREATE FUNCTION clear_category() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " UPDATE products SET category_id = NULL WHERE category_id = OLD.id;"
            " RETURN OLD; END $$",
            "CREATE TRIGGER clear_category BEFORE DELETE ON categories"
            " FOR EACH ROW EXECUTE FUNCTION clear_category()",
        ),
    ),
)

ORDER_MUTANTS = (
    Mutant(
        name="user-takes-orders",
        task="orders",
        bug="Deleting a user deletes the user's orders.",
        misconception="What belongs to a row goes with it.",
        hints=(
            "An order is a record that must be kept. What protects it?",
            "Run a DELETE statement for a user who has an order. It must be refused.",
        ),
        killed_by="test_a_user_with_orders_stays",
        statements=exchange_on_delete("orders", "fk_orders_user_id", "user_id", "users", "CASCADE"),
    ),
    Mutant(
        name="order-held-by-items",
        task="orders",
        bug="An order that has items can't be deleted.",
        misconception='cascade="all, delete-orphan" on a relationship reaches the database.',
        hints=(
            "SQLAlchemy deletes the items that the session has loaded. Who deletes the others?",
            "Run a DELETE statement for an order that has an item, and count the items.",
        ),
        killed_by="test_the_items_go_with_their_order",
        statements=exchange_on_delete(
            "order_items", "fk_order_items_order_id", "order_id", "orders", "NO ACTION"
        ),
    ),
    Mutant(
        name="quantity-may-be-zero",
        task="orders",
        bug="An item may have a quantity of 0.",
        misconception="One negative number in a test stands for every wrong number.",
        hints=(
            "A limit is tested on the limit itself.",
            "Add an item with a quantity of 0.",
        ),
        killed_by="test_a_quantity_is_at_least_one",
        statements=exchange_check(
            "order_items", "ck_order_items_quantity_positive", "quantity >= 0"
        ),
    ),
    Mutant(
        name="product-twice-in-order",
        task="orders",
        bug="A product may be in an order twice.",
        misconception="The basket adds up the quantities, so two lines can't happen.",
        hints=(
            "Which promise is about two items of one order?",
            "Add two items with the same order and the same product.",
        ),
        killed_by="test_a_product_is_in_an_order_once",
        statements=(drop_constraint("order_items", "uq_order_items_order_id_product_id"),),
    ),
    Mutant(
        name="product-in-one-order-only",
        task="orders",
        bug="A product that is in one order can't be in another.",
        misconception="A constraint that is stricter can do no harm.",
        hints=(
            "Your test of a refusal passes when everything is refused. What must be allowed?",
            "Put the same product into two orders. Both must be taken.",
        ),
        killed_by="test_a_product_is_in_many_orders",
        statements=exchange_unique(
            "order_items", "uq_order_items_order_id_product_id", "product_id"
        ),
    ),
    Mutant(
        name="total-of-one",
        task="orders",
        bug="The total of an item ignores its quantity.",
        misconception="A test with a quantity of 1 shows that the total is right.",
        hints=(
            "With which quantity do price and total differ?",
            "Add an item with a quantity of 3, and select its total.",
        ),
        killed_by="test_a_total_is_quantity_times_price",
        statements=(
            "ALTER TABLE order_items DROP COLUMN total, ADD COLUMN total numeric(12, 2)"
            " GENERATED ALWAYS AS (unit_price) STORED",
        ),
    ),
)

ORDER_TWINS = (
    Twin(
        name="user-by-trigger",
        task="orders",
        of="user-takes-orders",
        summary="triggers instead of the foreign key to the user",
        statements=foreign_key_by_trigger(
            "orders", "fk_orders_user_id", "user_id", "users", "RESTRICT"
        ),
    ),
    Twin(
        name="items-by-trigger",
        task="orders",
        of="order-held-by-items",
        summary="triggers instead of the foreign key to the order",
        statements=foreign_key_by_trigger(
            "order_items", "fk_order_items_order_id", "order_id", "orders", "CASCADE"
        ),
    ),
    Twin(
        name="quantity-by-trigger",
        task="orders",
        of="quantity-may-be-zero",
        summary="a trigger instead of the CHECK constraint on the quantity",
        statements=check_by_trigger(
            "order_items", "ck_order_items_quantity_positive", "NEW.quantity > 0"
        ),
    ),
    Twin(
        name="once-by-exclusion",
        task="orders",
        of="product-twice-in-order",
        summary="an exclusion constraint instead of the UNIQUE constraint on order and product",
        statements=unique_by_exclusion(
            "order_items", "uq_order_items_order_id_product_id", "order_id", "product_id"
        ),
    ),
    Twin(
        name="once-the-other-way-round",
        task="orders",
        of="product-in-one-order-only",
        summary="a unique index on product and order instead of the UNIQUE constraint",
        statements=unique_by_index(
            "order_items", "uq_order_items_order_id_product_id", "product_id", "order_id"
        ),
    ),
    Twin(
        name="total-by-trigger",
        task="orders",
        of="total-of-one",
        summary="a trigger instead of the generated column",
        statements=(
            "ALTER TABLE order_items ALTER COLUMN total DROP EXPRESSION",
            "CREATE FUNCTION item_total() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN NEW.total := NEW.quantity * NEW.unit_price; RETURN NEW; END $$",
            "CREATE TRIGGER item_total BEFORE INSERT OR UPDATE ON order_items"
            " FOR EACH ROW EXECUTE FUNCTION item_total()",
        ),
    ),
)

PREDICT_PROBES = (
    Probe(
        test="test_an_eighth",
        task="predict",
        promise="an_eighth: a price of 0.125, read back.",
        hints=(
            "How many places does the column have, and what happens to the others?",
            "Half a cent: Python's round goes to the even neighbor. PostgreSQL does not.",
        ),
    ),
    Probe(
        test="test_no_discount",
        task="predict",
        promise="no_discount: NULL in a column with a CHECK.",
        hints=(
            "What is NULL > 0?",
            "A check refuses what is false. What is neither true nor false, it takes.",
        ),
    ),
    Probe(
        test="test_one_tag_more",
        task="predict",
        promise="one_tag_more: a tag appended to an array.",
        hints=(
            "How does the session learn that an attribute has changed?",
            "Nothing was assigned, so nothing was sent, and refresh reads what is stored.",
        ),
    ),
    Probe(
        test="test_no_such_role",
        task="predict",
        promise="no_such_role: a label that the enum does not have.",
        hints=(
            "Is an enum a constraint?",
            "SQLSTATE 22P02 does not begin with 23. What does asyncpg's dialect make of it?",
        ),
    ),
    Probe(
        test="test_no_attributes",
        task="predict",
        promise="no_attributes: None for a JSONB column that is NOT NULL.",
        hints=(
            "There are two kinds of nothing in a JSONB column.",
            "None is sent as the JSON value null. Is that NULL?",
        ),
    ),
    Probe(
        test="test_the_shelf_comes_back",
        task="predict",
        promise="the_shelf_comes_back: a parent deleted and inserted anew, with RESTRICT.",
        hints=(
            "Which ON DELETE can be put off?",
            "RESTRICT is checked at the DELETE, whatever the constraint is declared to be.",
        ),
    ),
    Probe(
        test="test_the_other_one",
        task="predict",
        promise="the_other_one: a query after a flush that failed.",
        hints=(
            "What does a failed flush leave behind in the session?",
            "The session waits for rollback(). How does it say so?",
        ),
    ),
)


PREDICT_MUTANTS = (
    wrong_prediction(
        "to-the-even", "an_eighth", '"0.13"', '"0.12"', "PostgreSQL rounds as Python does."
    ),
    wrong_prediction(
        "as-given", "an_eighth", '"0.13"', '"0.125"', "A column keeps the value that it gets."
    ),
    wrong_prediction(
        "null-refused",
        "no_discount",
        "1",
        '"IntegrityError"',
        "NULL > 0 is false, so NULL is refused.",
    ),
    wrong_prediction(
        "noticed", "one_tag_more", '["new"]', '["new", "red"]', "A session sees changes in place."
    ),
    wrong_prediction(
        "enum-is-a-constraint",
        "no_such_role",
        '"DBAPIError"',
        '"IntegrityError"',
        "A value that the database refuses breaks a constraint.",
    ),
    wrong_prediction(
        "enum-is-data",
        "no_such_role",
        '"DBAPIError"',
        '"DataError"',
        "Every driver's errors become the same classes of SQLAlchemy.",
    ),
    wrong_prediction(
        "none-is-null", "no_attributes", "False", '"IntegrityError"', "None is always NULL."
    ),
    wrong_prediction(
        "restrict-waits",
        "the_shelf_comes_back",
        '"IntegrityError"',
        "1",
        "INITIALLY DEFERRED puts off every check of a foreign key.",
    ),
    wrong_prediction(
        "as-if-nothing",
        "the_other_one",
        '"PendingRollbackError"',
        "1",
        "An error that was caught is over.",
    ),
)

PREDICT_TWINS = (
    Twin(
        name="one-by-one",
        task="predict",
        of="as-given",
        summary="the same predictions, written as keywords",
        answer="""
PREDICTED = dict(
    an_eighth="0.13", no_discount=1, one_tag_more=["new"], no_such_role="DBAPIError",
    no_attributes=False, the_shelf_comes_back="IntegrityError",
    the_other_one="PendingRollbackError",
)
""",
    ),
)

SAVE_PROBES = (
    Probe(
        test="test_a_good_row_is_stored",
        task="save",
        promise="A row that the database takes is written, and save returns None.",
        hints=(
            "session.add sends nothing.",
            "A flush, or the end of a begin_nested block, sends what was added.",
        ),
    ),
    Probe(
        test="test_it_names_the_constraint",
        task="save",
        promise="A constraint that refuses is named.",
        hints=(
            "The name is known to the driver's exception.",
            "With asyncpg that is error.driver_exception, and it has a constraint_name.",
        ),
    ),
    Probe(
        test="test_it_names_a_missing_value",
        task="save",
        promise="For a required value that is missing, table and column are named.",
        hints=(
            "NOT NULL has no constraint_name to tell.",
            "The driver's exception has table_name and column_name as well.",
        ),
    ),
    Probe(
        test="test_the_session_goes_on",
        task="save",
        promise="After a refusal the session can be used.",
        hints=(
            "A flush that fails outside a savepoint leaves a session that waits for rollback().",
            "begin_nested() flushes before it sets the savepoint. Where do you add the object?",
        ),
    ),
    Probe(
        test="test_what_came_before_is_kept",
        task="save",
        promise="What the session did before is kept, what it had only added too.",
        hints=(
            "session.rollback() takes back the whole transaction.",
            "Let begin_nested() set a savepoint, and let the error leave its block.",
        ),
    ),
    Probe(
        test="test_other_errors_are_passed_on",
        task="save",
        promise="An error that is no broken constraint is passed on.",
        hints=(
            "Which exceptions does your function catch?",
            "A name that is too long is a DBAPIError, and no IntegrityError.",
        ),
    ),
    Probe(
        test="test_the_caller_decides",
        task="save",
        promise="The caller can still roll everything back.",
        hints=(
            "Who owns the transaction?",
            "A function that commits takes the decision from its caller.",
        ),
    ),
)

NO_SAVEPOINT = (
    "        async with session.begin_nested():\n            session.add(thing)\n",
    "        session.add(thing)\n        await session.flush()\n",
)
NAMES = 'return cause.constraint_name or f"{cause.table_name}.{cause.column_name}"'

SAVE_MUTANTS = (
    Mutant(
        name="only-added",
        task="save",
        bug="Nothing is sent.",
        misconception="session.add writes the row.",
        hints=("When does a session send what was added?",),
        killed_by="test_a_good_row_is_stored",
        edits=(NO_SAVEPOINT, ("        await session.flush()\n", "")),
    ),
    Mutant(
        name="name-of-orig",
        task="save",
        bug="The name is looked for where it is not.",
        misconception="error.orig is the driver's exception.",
        hints=("What does error.orig know under asyncpg?",),
        killed_by="test_it_names_the_constraint",
        edits=(("error.driver_exception", "error.orig"),),
    ),
    Mutant(
        name="code-for-name",
        task="save",
        bug="The SQLSTATE is returned.",
        misconception="The code says which constraint it was.",
        hints=("How many constraints share a code?",),
        killed_by="test_it_names_the_constraint",
        edits=((NAMES, "return cause.sqlstate"),),
    ),
    Mutant(
        name="name-or-nothing",
        task="save",
        bug="A missing value is not told.",
        misconception="NOT NULL is a constraint like any other, with a name.",
        hints=("Print constraint_name for a missing value.",),
        killed_by="test_it_names_a_missing_value",
        edits=((NAMES, "return cause.constraint_name"),),
    ),
    Mutant(
        name="caught-only",
        task="save",
        bug="The session can't be used after a refusal.",
        misconception="An error that was caught is over.",
        hints=("Use the session after the error.",),
        killed_by="test_the_session_goes_on",
        edits=(NO_SAVEPOINT,),
    ),
    Mutant(
        name="added-too-early",
        task="save",
        bug="The row is flushed before the savepoint.",
        misconception="begin_nested() protects whatever is flushed after the line above.",
        hints=("When does begin_nested() flush?",),
        killed_by="test_the_session_goes_on",
        edits=(
            (
                NO_SAVEPOINT[0],
                "        session.add(thing)\n        async with session.begin_nested():\n"
                "            await session.flush()\n",
            ),
        ),
    ),
    Mutant(
        name="all-rolled-back",
        task="save",
        bug="A refusal takes back all that came before.",
        misconception="rollback() undoes the statement that failed.",
        hints=("What else was in the transaction?",),
        killed_by="test_what_came_before_is_kept",
        edits=(
            NO_SAVEPOINT,
            ("        cause = ", "        await session.rollback()\n        cause = "),
        ),
    ),
    Mutant(
        name="every-error",
        task="save",
        bug="Errors of every kind are taken for a constraint.",
        misconception="Whatever the database refuses is an IntegrityError.",
        hints=("Which exceptions are no IntegrityError?",),
        killed_by="test_other_errors_are_passed_on",
        edits=(("except IntegrityError", "except DBAPIError"),),
    ),
    Mutant(
        name="committed",
        task="save",
        bug="The function ends its caller's transaction.",
        misconception="A function that saves has to commit.",
        hints=("Who may want to roll back?",),
        killed_by="test_the_caller_decides",
        edits=(("    return None", "    await session.commit()\n    return None"),),
    ),
    Mutant(
        name="committed-after-a-refusal",
        task="save",
        bug="After a refusal the function commits what came before.",
        misconception="Good rows have to be brought to safety when one is refused.",
        hints=("Who may want to roll back, after a refusal above all?",),
        killed_by="test_the_caller_decides",
        edits=(("        cause = ", "        await session.commit()\n        cause = "),),
    ),
)

SAVE_TWINS = (
    Twin(
        name="savepoint-by-hand",
        task="save",
        of="caught-only",
        summary="a savepoint that is released and rolled back by hand",
        answer="""
async def save(session, thing):
    savepoint = await session.begin_nested()
    session.add(thing)
    try:
        await session.flush()
    except IntegrityError as error:
        await savepoint.rollback()
        cause = error.driver_exception
        return cause.constraint_name or ".".join([cause.table_name, cause.column_name])
    await savepoint.commit()
""",
    ),
    Twin(
        name="name-of-the-cause",
        task="save",
        of="name-of-orig",
        summary="the driver's exception as the cause of error.orig",
        edits=(("error.driver_exception", "error.orig.__cause__"),),
    ),
)

VARIANTS = Variants(
    tasks=TASKS,
    references=REFERENCES,
    twins=USER_TWINS + PRODUCT_TWINS + ORDER_TWINS + PREDICT_TWINS + SAVE_TWINS,
    mutants=EXAMPLE_MUTANTS
    + USER_MUTANTS
    + PRODUCT_MUTANTS
    + ORDER_MUTANTS
    + PREDICT_MUTANTS
    + SAVE_MUTANTS,
    probes=PREDICT_PROBES + SAVE_PROBES,
)
