"""The schemas that the tests of this assignment are run against."""

from nomocks.mutation.schema import (
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
from nomocks.mutation.variants import Mutant, Reference, Task, Twin, Variants

TASKS = (
    Task("example", "An example: categories", example=True),
    Task("users", "Users"),
    Task("products", "Products"),
    Task("orders", "Orders and their items"),
)

REFERENCES = (
    Reference("as-it-is", "the shop's schema as it is"),
    Reference(
        "other-names",
        "the same schema with other constraint names",
        (
            """DO $$ DECLARE found record; BEGIN
                FOR found IN SELECT conrelid::regclass AS place, conname FROM pg_constraint
                    WHERE connamespace = 'public'::regnamespace AND contype IN ('u', 'c', 'f')
                LOOP EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I',
                    found.place, found.conname, 'rule_' || md5(found.conname));
                END LOOP; END $$""",
        ),
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
            "Which promise is about two users, not one?",
            "Add two users with one email, and flush.",
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
            "UNIQUE alone lets any number of rows be NULL.",
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
            "Run a DELETE statement, and look for the product afterwards.",
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
        name="product-takes-items",
        task="orders",
        bug="Deleting a product deletes it from orders.",
        misconception="The foreign keys of one table all need the same ON DELETE.",
        hints=(
            "An item has two parents. Did you delete both kinds?",
            "Run a DELETE statement for a product that was ordered. It must be refused.",
        ),
        killed_by="test_a_product_that_was_ordered_stays",
        statements=exchange_on_delete(
            "order_items", "fk_order_items_product_id", "product_id", "products", "CASCADE"
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
        name="product-by-no-action",
        task="orders",
        of="product-takes-items",
        summary="ON DELETE NO ACTION instead of RESTRICT for the product",
        statements=exchange_on_delete(
            "order_items", "fk_order_items_product_id", "product_id", "products", "NO ACTION"
        ),
    ),
    Twin(
        name="product-by-trigger",
        task="orders",
        of="product-takes-items",
        summary="triggers instead of the foreign key to the product",
        statements=foreign_key_by_trigger(
            "order_items", "fk_order_items_product_id", "product_id", "products", "RESTRICT"
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

VARIANTS = Variants(
    tasks=TASKS,
    references=REFERENCES,
    twins=USER_TWINS + PRODUCT_TWINS + ORDER_TWINS,
    mutants=EXAMPLE_MUTANTS + USER_MUTANTS + PRODUCT_MUTANTS + ORDER_MUTANTS,
)
