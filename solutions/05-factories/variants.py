"""The code that the tests of this assignment are run against, and the answers that are tried."""

from nomocks.mutation.code import Patch, Rewrite, SwapModule
from nomocks.mutation.schema import RENAME_CONSTRAINTS
from nomocks.mutation.variants import Mutant, Probe, Reference, Task, Twin, Variants

TASKS = (
    Task("factories", "Four factories"),
    Task("mend", "A test that can't fail, mended"),
    Task("fast", "A slow test, made fast", statements=8),
    Task("search", "Rows that tell"),
    Task("predict", "What happens", literal=True),
)

REFERENCES = (
    Reference("as-it-is", "the code and the schema as they are"),
    Reference(
        "otherwise",
        "the same functions, written otherwise, and other names of constraints",
        (RENAME_CONSTRAINTS,),
        code=(
            SwapModule("shop.services.catalogue", "shop.otherwise.catalogue"),
            Rewrite(
                "given:overdue",
                """
                async def overdue(session, now):
                    query = select(Order).filter_by(status=OrderStatus.PENDING, deleted_at=None)
                    orders = (await session.scalars(query)).all()
                    late = [one for one in orders if now - one.placed_at > timedelta(days=7)]
                    return sorted(late, key=lambda one: one.placed_at)
                """,
            ),
            Rewrite(
                "given:spent",
                """
                async def spent(session):
                    columns = User.email, OrderItem.quantity * OrderItem.unit_price
                    query = select(*columns).select_from(Order).join(Order.user).join(Order.items)
                    counted = [OrderStatus.PAID, OrderStatus.SHIPPED]
                    found = await session.execute(query.where(Order.status.in_(counted)))
                    sums = {}
                    for email, amount in found:
                        sums[email] = sums.get(email, 0) + amount
                    return sums
                """,
            ),
        ),
    ),
)

PROBES = (
    Probe(
        "test_customers_differ_in_email",
        "factories",
        "Any number of customers differ in their email.",
        (
            "A value that is picked at random is picked again sooner or later.",
            "Let the email be a Sequence.",
        ),
    ),
    Probe(
        "test_traits_combine",
        "factories",
        "The traits admin, left and suspended do what they say, alone and together.",
        (
            "Two traits that set the same column can't be combined.",
            "admin sets the role, left sets active, suspended sets suspended_at, and no more.",
        ),
    ),
    Probe(
        "test_suspended_at_this_moment",
        "factories",
        "A suspended customer is suspended at this moment, in any time zone.",
        (
            "What does asyncpg take a time without a zone for?",
            "Use datetime.now(UTC), and not utcnow() or now().",
        ),
    ),
    Probe(
        "test_each_is_suspended_at_a_moment_of_its_own",
        "factories",
        "The moment is that at which the object is made.",
        (
            "When is a value in the body of a class computed?",
            "Let the time be a LazyFunction.",
        ),
    ),
    Probe(
        "test_a_price_is_a_decimal",
        "factories",
        "The price of an article is a Decimal, before it is stored as after.",
        (
            "A built object has the value that the factory gave, not the column's type.",
            'Write Decimal("10.00"): a Decimal, from a text, with two places.',
        ),
    ),
    Probe(
        "test_any_number_of_articles_can_be_stored",
        "factories",
        "Any number of articles can be stored, on any day.",
        (
            "Which constraints does the table of products have?",
            "Leave nothing to chance that has a CHECK, and let the SKU be a Sequence.",
        ),
    ),
    Probe(
        "test_attributes_are_not_shared",
        "factories",
        "What a test does to the attributes of an article is not seen in another.",
        (
            "A value in the body of the class is one object, for all articles.",
            "Let attributes be a LazyFunction of dict.",
        ),
    ),
    Probe(
        "test_a_basket_has_two_lines_and_one_customer",
        "factories",
        "A basket with lines has two of them, two articles, one customer, and nothing else.",
        (
            "How does a line learn to which order it belongs?",
            'Name the attribute: RelatedFactoryList(LineFactory, "order", size=2), in a Trait.',
        ),
    ),
    Probe(
        "test_a_line_costs_what_its_article_costs",
        "factories",
        "A line costs what its article costs.",
        (
            "The price of a line has to follow the article that is given.",
            'Let unit_price be a SelfAttribute("product.price").',
        ),
    ),
    Probe(
        "test_the_customer_can_be_given",
        "factories",
        "The customer of a basket can be given, as an object or by one of her values.",
        (
            "Which declaration hands user__email on to another factory?",
            "Let user be a SubFactory.",
        ),
    ),
    Probe(
        "test_nothing_is_committed",
        "factories",
        "Nothing is committed.",
        (
            "Whose business is it to end the test's transaction?",
            "Leave out the commit: create_async flushes by itself.",
        ),
    ),
    Probe(
        "test_built",
        "predict",
        "built is predicted.",
        ("To which session do the fifty belong?", "build stores nothing, so the table is empty."),
    ),
    Probe(
        "test_three_orders",
        "predict",
        "three_orders is predicted.",
        ("Who gives each order its user?", "The SubFactory makes one for each order."),
    ),
    Probe(
        "test_user_by_id",
        "predict",
        "user_by_id is predicted.",
        (
            "Is the SubFactory switched off by user_id?",
            "It is not: a user is made besides Ann.",
        ),
    ),
    Probe(
        "test_user_by_id_alone",
        "predict",
        "user_by_id_alone is predicted.",
        (
            "What does a relationship that was set to None write to its column?",
            "NULL, over the id that was given; and the column is NOT NULL.",
        ),
    ),
    Probe(
        "test_next_number",
        "predict",
        "next_number is predicted.",
        (
            "Has the subclass a counter of its own?",
            "It goes on with its parent's, which has counted two.",
        ),
    ),
    Probe(
        "test_ten_orders",
        "predict",
        "ten_orders is predicted.",
        (
            "How often does create_batch_async flush?",
            "Once; and a flush sends one INSERT for each table.",
        ),
    ),
    Probe(
        "test_new_tag",
        "predict",
        "new_tag is predicted.",
        (
            "How many lists are there?",
            "One, in the class. Both products have it.",
        ),
    ),
)

EMAIL = 'email = factory.Sequence(lambda n: f"customer{n}@example.com")'
TIME = "factory.LazyFunction(lambda: datetime.now(UTC))"
PRICE = 'price = Decimal("10.00")'
LINES = 'factory.Trait(lines=factory.RelatedFactoryList(LineFactory, "order", size=2))'
UNIT_PRICE = 'unit_price = factory.SelfAttribute("product.price")'
USER = "user = factory.SubFactory(CustomerFactory)"

FACTORY_MUTANTS = (
    Mutant(
        name="one-email",
        task="factories",
        bug="All customers have the same email.",
        misconception="A factory is a set of default values.",
        hints=("How many users does a test need that compares two?", "Use a Sequence."),
        killed_by="test_customers_differ_in_email",
        edits=((EMAIL, 'email = "customer@example.com"'),),
    ),
    Mutant(
        name="random-email",
        task="factories",
        bug="Two of many customers have the same email.",
        misconception="Faker gives unique values.",
        hints=("Make a thousand, and count.", "Use a Sequence."),
        killed_by="test_customers_differ_in_email",
        edits=((EMAIL, 'email = factory.Faker("email")'),),
    ),
    Mutant(
        name="trait-that-takes-back",
        task="factories",
        bug="A customer who left is no admin, even with the trait admin.",
        misconception="A trait describes a whole user, so it sets every column.",
        hints=("Combine the traits.", "Let left set active alone."),
        killed_by="test_traits_combine",
        edits=(("factory.Trait(active=False)", "factory.Trait(active=False, role=Role.CUSTOMER)"),),
    ),
    Mutant(
        name="trait-that-forgets",
        task="factories",
        bug="The trait suspended makes a user inactive, and sets no time.",
        misconception="Suspended and inactive are the same.",
        hints=("Which column says that a user is suspended?", "Set suspended_at."),
        killed_by="test_traits_combine",
        edits=((f"suspended_at={TIME}", "active=False"),),
    ),
    Mutant(
        name="naive-time",
        task="factories",
        bug="Off UTC, suspended_at is hours away from the moment.",
        misconception="utcnow() is a time in UTC.",
        hints=("Does the value know its zone?", "Use datetime.now(UTC)."),
        killed_by="test_suspended_at_this_moment",
        edits=((TIME, "factory.LazyFunction(datetime.utcnow)"),),
    ),
    Mutant(
        name="time-of-the-import",
        task="factories",
        bug="All users were suspended when the factory was defined.",
        misconception="The body of a class runs for each object.",
        hints=("When does the call happen?", "Use a LazyFunction."),
        killed_by="test_each_is_suspended_at_a_moment_of_its_own",
        edits=((TIME, "datetime.now(UTC)"),),
    ),
    Mutant(
        name="float-price",
        task="factories",
        bug="The price of a built article is a float.",
        misconception="The column makes a Decimal of it, so it does not matter.",
        hints=("What is the price before the flush?", "Use a Decimal."),
        killed_by="test_a_price_is_a_decimal",
        edits=((PRICE, "price = 9.99"),),
    ),
    Mutant(
        name="random-price",
        task="factories",
        bug="On some days the price of an article is refused.",
        misconception="A provider of numbers gives what a price may be.",
        hints=("May a price be negative?", "Use a constant."),
        killed_by="test_any_number_of_articles_can_be_stored",
        edits=((PRICE, 'price = factory.Faker("pydecimal", left_digits=2, right_digits=2)'),),
    ),
    Mutant(
        name="one-dictionary",
        task="factories",
        bug="All articles share one dictionary of attributes.",
        misconception="The factory copies its values for each object.",
        hints=("How many dictionaries are there?", "Use a LazyFunction."),
        killed_by="test_attributes_are_not_shared",
        edits=(("attributes = factory.LazyFunction(dict)", "attributes = {}"),),
    ),
    Mutant(
        name="lines-of-other-baskets",
        task="factories",
        bug="The lines of a basket belong to other orders, of other users.",
        misconception="A related object finds its way back by itself.",
        hints=("Which order does a line belong to?", 'Name it: "order".'),
        killed_by="test_a_basket_has_two_lines_and_one_customer",
        edits=(
            (
                "product = factory.SubFactory(ArticleFactory)\n",
                "order = factory.SubFactory(OrderFactory)\n"
                "    product = factory.SubFactory(ArticleFactory)\n",
            ),
            (LINES, "factory.Trait(lines=factory.RelatedFactoryList(LineFactory, size=2))"),
        ),
    ),
    Mutant(
        name="a-price-of-its-own",
        task="factories",
        bug="A line costs 10.00, whatever its article costs.",
        misconception="Two equal constants say that two values are equal.",
        hints=("Give the article another price.", "Use a SelfAttribute."),
        killed_by="test_a_line_costs_what_its_article_costs",
        edits=((UNIT_PRICE, 'unit_price = Decimal("10.00")'),),
    ),
    Mutant(
        name="customer-by-function",
        task="factories",
        bug="The values of a basket's customer can't be given.",
        misconception="A LazyFunction that builds an object is a SubFactory.",
        hints=("Try user__email.", "Use a SubFactory."),
        killed_by="test_the_customer_can_be_given",
        edits=((USER, "user = factory.LazyFunction(CustomerFactory.build)"),),
    ),
    Mutant(
        name="customer-by-id",
        task="factories",
        bug="A basket for Ann is somebody else's.",
        misconception="An order has a user_id, so that is what the factory has to fill.",
        hints=("What does the object user write to user_id?", "Let the SubFactory be user."),
        killed_by="test_the_customer_can_be_given",
        edits=(
            (
                USER,
                "buyer = factory.SubFactory(CustomerFactory)\n\n"
                "    @classmethod\n"
                "    def _create(cls, model_class, *args, buyer, **values):\n"
                "        return super()._create(model_class, *args, **(values | {'user': buyer}))",
            ),
        ),
    ),
    Mutant(
        name="commits",
        task="factories",
        bug="A customer is committed.",
        misconception="What is not committed is not in the database.",
        hints=("What does a rollback leave?", "Leave out the commit."),
        killed_by="test_nothing_is_committed",
        edits=(
            (
                'name = factory.Faker("name")\n',
                'name = factory.Faker("name")\n\n'
                "    @classmethod\n"
                "    def _after_postgeneration(cls, instance, create, results=None):\n"
                "        from sqlalchemy.orm import object_session\n\n"
                "        if create:\n"
                "            object_session(instance).commit()\n",
            ),
        ),
    ),
)

FACTORY_TWINS = (
    Twin(
        name="counted-by-hand",
        task="factories",
        of="one-email",
        summary="an email from an Iterator, and a time by a lazy attribute",
        edits=(
            (
                EMAIL,
                "email = factory.Iterator(f'c{n}@example.com' for n in __import__('itertools')"
                ".count())",
            ),
            (TIME, "factory.LazyAttribute(lambda user: datetime.now().astimezone())"),
        ),
    ),
    Twin(
        name="lines-after-the-order",
        task="factories",
        of="lines-of-other-baskets",
        summary="the default of the model for attributes, and prices by LazyAttribute",
        edits=(
            ("    attributes = factory.LazyFunction(dict)\n", ""),
            (UNIT_PRICE, "unit_price = factory.LazyAttribute(lambda line: line.product.price)"),
        ),
    ),
    Twin(
        name="attributes-by-dict",
        task="factories",
        of="one-dictionary",
        summary="attributes by factory.Dict, and a price by another Decimal",
        edits=(
            ("attributes = factory.LazyFunction(dict)", 'attributes = factory.Dict({"size": "M"})'),
            (PRICE, 'price = factory.LazyFunction(lambda: Decimal("7.50"))'),
        ),
    ),
)

MEND_MUTANTS = (
    Mutant(
        name="paid-too",
        task="mend",
        bug="Orders that are paid are overdue, too.",
        misconception="A list without paid orders shows that they are left out.",
        hints=(
            "How many rows has the table when the function is called?",
            "Store a paid order that is old enough, beside a pending one.",
        ),
        killed_by="test_only_pending_orders_of_more_than_a_week_are_found",
        code=(Patch("given:overdue", "Order.status == OrderStatus.PENDING,", ""),),
    ),
    Mutant(
        name="deleted-too",
        task="mend",
        bug="Orders that are deleted are overdue, too.",
        misconception="What was deleted is not there.",
        hints=(
            "A deleted order keeps its row. Is there one in your test?",
            "Store one by the trait deleted, old enough and pending.",
        ),
        killed_by="test_only_pending_orders_of_more_than_a_week_are_found",
        code=(Patch("given:overdue", "Order.deleted_at.is_(None),", ""),),
    ),
    Mutant(
        name="on-the-seventh-day",
        task="mend",
        bug="An order is overdue at seven days, and not only after.",
        misconception="One day more or less makes no difference in a test.",
        hints=(
            "A limit is tested on the limit itself.",
            "Store one that was placed seven days ago, to the second.",
        ),
        killed_by="test_only_pending_orders_of_more_than_a_week_are_found",
        code=(Patch("given:overdue", "placed_at < now", "placed_at <= now"),),
    ),
    Mutant(
        name="newest-first",
        task="mend",
        bug="The newest order comes first.",
        misconception="A list that is empty, or has one element, is sorted.",
        hints=(
            "How many orders does your test find?",
            "Store three, in another order than that of their times, and compare the ids.",
        ),
        killed_by="test_the_oldest_comes_first",
        code=(Patch("given:overdue", "(Order.placed_at)", "(Order.placed_at.desc())"),),
    ),
)

MEND_TWINS = (
    Twin(
        name="status-in-a-list",
        task="mend",
        of="paid-too",
        summary="the status looked for in a list of one",
        code=(
            Patch(
                "given:overdue",
                "Order.status == OrderStatus.PENDING",
                "Order.status.in_([OrderStatus.PENDING])",
            ),
        ),
    ),
    Twin(
        name="not-deleted",
        task="mend",
        of="deleted-too",
        summary="the condition turned around twice",
        code=(
            Patch("given:overdue", "Order.deleted_at.is_(None)", "~Order.deleted_at.is_not(None)"),
        ),
    ),
    Twin(
        name="not-from-seven-days-on",
        task="mend",
        of="on-the-seventh-day",
        summary="the comparison turned around",
        code=(
            Patch(
                "given:overdue",
                "Order.placed_at < now - timedelta(days=7)",
                "~(Order.placed_at >= now - timedelta(days=7))",
            ),
        ),
    ),
    Twin(
        name="by-time-then-id",
        task="mend",
        of="newest-first",
        summary="the id as a second key of the order",
        code=(Patch("given:overdue", "(Order.placed_at)", "(Order.placed_at, Order.id)"),),
    ),
)

STATUSES = ".where(Order.status.in_([OrderStatus.PAID, OrderStatus.SHIPPED]))"

FAST_MUTANTS = (
    Mutant(
        name="a-query-for-each-user",
        task="fast",
        bug="spent sends a statement for each user.",
        misconception="A fast set-up is all that a budget is for.",
        hints=(
            "With how many users do you call it?",
            "Store several users by one flush; then only spent can go over the limit.",
        ),
        killed_by="test_spent",
        code=(
            Rewrite(
                "given:spent",
                """
                async def spent(session):
                    counted = [OrderStatus.PAID, OrderStatus.SHIPPED]
                    sums = {}
                    for user in (await session.scalars(select(User))).all():
                        query = select(func.sum(OrderItem.total)).join(OrderItem.order)
                        query = query.where(Order.user_id == user.id, Order.status.in_(counted))
                        total = await session.scalar(query)
                        if total is not None:
                            sums[user.email] = total
                    return sums
                """,
            ),
        ),
    ),
    Mutant(
        name="pending-counts",
        task="fast",
        bug="Orders that are not paid count as well.",
        misconception="A test of a sum needs only what is added.",
        hints=(
            "Has a user in your test an order that must not count?",
            "Give each an order of every status.",
        ),
        killed_by="test_spent",
        code=(Patch("given:spent", STATUSES, ""),),
    ),
    Mutant(
        name="shipped-does-not-count",
        task="fast",
        bug="Orders that are shipped do not count.",
        misconception="Paid and shipped are the same to the code.",
        hints=(
            "Which statuses have the orders in your test?",
            "Give each user an order of every status.",
        ),
        killed_by="test_spent",
        code=(Patch("given:spent", "OrderStatus.PAID, OrderStatus.SHIPPED", "OrderStatus.PAID"),),
    ),
    Mutant(
        name="equal-items-once",
        task="fast",
        bug="Of items that cost the same, only one counts.",
        misconception="distinct() removes what a join has doubled, and does no harm otherwise.",
        hints=(
            "How many items has an order in your test, and what do they cost?",
            "Give an order two items of the same price: with_items does.",
        ),
        killed_by="test_spent",
        code=(
            Patch(
                "given:spent", "func.sum(OrderItem.total)", "func.sum(OrderItem.total.distinct())"
            ),
        ),
    ),
)

FAST_TWINS = (
    Twin(
        name="two-queries",
        task="fast",
        of="a-query-for-each-user",
        summary="one query for the sums, and one for the emails",
        code=(
            Rewrite(
                "given:spent",
                """
                async def spent(session):
                    counted = [OrderStatus.PAID, OrderStatus.SHIPPED]
                    query = select(Order.user_id, func.sum(OrderItem.total)).join(OrderItem.order)
                    query = query.where(Order.status.in_(counted)).group_by(Order.user_id)
                    sums = dict((await session.execute(query)).tuples().all())
                    users = select(User.id, User.email).where(User.id.in_(sums))
                    return {email: sums[id] for id, email in await session.execute(users)}
                """,
            ),
        ),
    ),
    Twin(
        name="statuses-by-or",
        task="fast",
        of="pending-counts",
        summary="the statuses joined by OR",
        code=(
            Patch(
                "given:spent",
                "Order.status.in_([OrderStatus.PAID, OrderStatus.SHIPPED])",
                "(Order.status == OrderStatus.PAID) | (Order.status == OrderStatus.SHIPPED)",
            ),
        ),
    ),
    Twin(
        name="shipped-first",
        task="fast",
        of="shipped-does-not-count",
        summary="the statuses the other way round",
        code=(
            Patch(
                "given:spent",
                "OrderStatus.PAID, OrderStatus.SHIPPED",
                "OrderStatus.SHIPPED, OrderStatus.PAID",
            ),
        ),
    ),
    Twin(
        name="quantity-times-price",
        task="fast",
        of="equal-items-once",
        summary="the total computed in the query",
        code=(
            Patch(
                "given:spent",
                "func.sum(OrderItem.total)",
                "func.sum(OrderItem.quantity * OrderItem.unit_price)",
            ),
        ),
    ),
)

FIND = "shop.services.catalogue:find_products"

SEARCH_MUTANTS = (
    Mutant(
        name="above-the-lowest-price",
        task="search",
        bug="A product that costs exactly min_price is not found.",
        misconception="A price well inside the range shows that the range is right.",
        hints=(
            "A limit is tested on the limit itself.",
            "Store a product at min_price, and one a cent below.",
        ),
        killed_by="test_both_prices_belong_to_the_range",
        code=(
            Patch(FIND, "Product.price >= money(min_price)", "Product.price > money(min_price)"),
        ),
    ),
    Mutant(
        name="below-the-highest-price",
        task="search",
        bug="A product that costs exactly max_price is not found.",
        misconception="Who has tested one end of a range has tested the other.",
        hints=(
            "A range has two ends.",
            "Store a product at max_price, and one a cent above.",
        ),
        killed_by="test_both_prices_belong_to_the_range",
        code=(
            Patch(FIND, "Product.price <= money(max_price)", "Product.price < money(max_price)"),
        ),
    ),
    Mutant(
        name="last-piece-not-in-stock",
        task="search",
        bug="A product of which one piece is left counts as sold out.",
        misconception="The factory's stock is as good as any.",
        hints=(
            "Which is the smallest stock that is not sold out?",
            "Store products with a stock of 0 and of 1.",
        ),
        killed_by="test_the_last_piece_is_in_stock",
        code=(Patch(FIND, "Product.stock > 0", "Product.stock > 1"),),
    ),
    Mutant(
        name="sold-out-in-stock",
        task="search",
        bug="A product that is sold out counts as in stock.",
        misconception="A test that finds what it should find is enough.",
        hints=(
            "What must not be found?",
            "Store products with a stock of 0 and of 1.",
        ),
        killed_by="test_the_last_piece_is_in_stock",
        code=(Patch(FIND, "Product.stock > 0", "Product.stock >= 0"),),
    ),
    Mutant(
        name="category-alone",
        task="search",
        bug="Products of the categories below are not found.",
        misconception="A product has a category, so one level is all there is.",
        hints=(
            "A category has children.",
            "Build a category with parent=…, and give the product to the lower one.",
        ),
        killed_by="test_a_category_includes_those_below",
        code=(
            Patch(
                FIND,
                "Product.category_id.in_(_with_those_below(category_id))",
                "Product.category_id == category_id",
            ),
        ),
    ),
    Mutant(
        name="percent-is-anything",
        task="search",
        bug="A percent sign in the text stands for any letters.",
        misconception="Bound parameters protect from all that a text may hold.",
        hints=(
            "What does % mean to LIKE?",
            'Look for "100%", with "1000 needles" in the table.',
        ),
        killed_by="test_text_is_looked_for_as_it_is_written",
        code=(
            Patch(
                FIND,
                "Product.name.icontains(text, autoescape=True)",
                "Product.name.icontains(text)",
            ),
        ),
    ),
    Mutant(
        name="not-in-the-sku",
        task="search",
        bug="The text is not looked for in the SKU.",
        misconception="One of two columns stands for both.",
        hints=(
            "Where else may the text stand?",
            "Store a product that has the text in its SKU, and not in its name.",
        ),
        killed_by="test_text_is_looked_for_as_it_is_written",
        code=(Patch(FIND, "in_name | Product.sku.icontains(text, autoescape=True)", "in_name"),),
    ),
    Mutant(
        name="by-id-alone",
        task="search",
        bug="Products come in the order in which they were stored.",
        misconception="Rows of a batch come sorted, so any test of the order passes.",
        hints=(
            "In which order did you store them?",
            "Name them so that their names and their ids are in different orders.",
        ),
        killed_by="test_products_come_by_name_and_then_by_id",
        code=(Patch(FIND, "order_by(Product.name, Product.id)", "order_by(Product.id)"),),
    ),
    Mutant(
        name="same-name-newest-first",
        task="search",
        bug="Of products with the same name, the newest comes first.",
        misconception="Names differ, so the second key of an order is never needed.",
        hints=(
            "Do all products in your test have names of their own?",
            "Give two of them the same name, and compare the whole list.",
        ),
        killed_by="test_products_come_by_name_and_then_by_id",
        code=(
            Patch(
                FIND,
                "order_by(Product.name, Product.id)",
                "order_by(Product.name, Product.id.desc())",
            ),
        ),
    ),
    Mutant(
        name="as-it-is-typed",
        task="search",
        bug="The text is found in a name only with the same upper and lower case.",
        misconception="People type what they look for as it is written in the table.",
        hints=(
            "Does the text in your test differ from the name in upper and lower case?",
            'Look for "wool", with "Wool" in the name of a product.',
        ),
        killed_by="test_text_is_looked_for_as_it_is_written",
        code=(Patch(FIND, "Product.name.icontains(", "Product.name.contains("),),
    ),
)

SEARCH_TWINS = (
    Twin(
        name="not-below",
        task="search",
        of="above-the-lowest-price",
        summary="the comparison turned around",
        code=(
            Patch(FIND, "Product.price >= money(min_price)", "~(Product.price < money(min_price))"),
        ),
    ),
    Twin(
        name="not-above",
        task="search",
        of="below-the-highest-price",
        summary="the comparison turned around",
        code=(
            Patch(FIND, "Product.price <= money(max_price)", "~(Product.price > money(max_price))"),
        ),
    ),
    Twin(
        name="one-or-more",
        task="search",
        of="last-piece-not-in-stock",
        summary="a stock of one or more",
        code=(Patch(FIND, "Product.stock > 0", "Product.stock >= 1"),),
    ),
    Twin(
        name="not-none-left",
        task="search",
        of="sold-out-in-stock",
        summary="a stock that is not zero",
        code=(Patch(FIND, "Product.stock > 0", "Product.stock != 0"),),
    ),
    Twin(
        name="category-has",
        task="search",
        of="category-alone",
        summary="the category by EXISTS",
        code=(
            Patch(
                FIND,
                "Product.category_id.in_(_with_those_below(category_id))",
                "Product.category.has(Category.id.in_(_with_those_below(category_id)))",
            ),
        ),
    ),
    Twin(
        name="escaped-by-strpos",
        task="search",
        of="percent-is-anything",
        summary="the name searched by strpos instead of LIKE",
        code=(
            Patch(
                FIND,
                "Product.name.icontains(text, autoescape=True)",
                "func.strpos(func.lower(Product.name), text.lower()) > 0",
            ),
        ),
    ),
    Twin(
        name="sku-first",
        task="search",
        of="not-in-the-sku",
        summary="the SKU looked at first",
        code=(
            Patch(
                FIND,
                "in_name | Product.sku.icontains(text, autoescape=True)",
                "Product.sku.icontains(text, autoescape=True) | in_name",
            ),
        ),
    ),
    Twin(
        name="one-key-after-the-other",
        task="search",
        of="same-name-newest-first",
        summary="the keys of the order given one after the other",
        code=(
            Patch(
                FIND,
                "order_by(Product.name, Product.id)",
                "order_by(Product.name).order_by(Product.id)",
            ),
        ),
    ),
    Twin(
        name="both-in-lower-case",
        task="search",
        of="as-it-is-typed",
        summary="name and text compared in lower case",
        code=(
            Patch(
                FIND,
                "Product.name.icontains(text, autoescape=True)",
                "func.lower(Product.name).contains(text.lower(), autoescape=True)",
            ),
        ),
    ),
    Twin(
        name="ascending",
        task="search",
        of="by-id-alone",
        summary="the order said as ascending",
        code=(
            Patch(
                FIND,
                "order_by(Product.name, Product.id)",
                "order_by(Product.name.asc(), Product.id.asc())",
            ),
        ),
    ),
)

PREDICT_MUTANTS = (
    Mutant(
        name="built-is-stored",
        task="predict",
        bug="Fifty users that were built are said to be in the table.",
        misconception="An object of a model is a row.",
        hints=("Which line sends something?", "None does."),
        killed_by="test_built",
        edits=(('"built": 0', '"built": 50'),),
    ),
    Mutant(
        name="one-user-for-all",
        task="predict",
        bug="Three orders are said to have one user.",
        misconception="A SubFactory makes its object once.",
        hints=("When is the SubFactory asked?", "For each order."),
        killed_by="test_three_orders",
        edits=(('"three_orders": 3', '"three_orders": 1'),),
    ),
    Mutant(
        name="id-is-enough",
        task="predict",
        bug="An order with Ann's id is said to make no other user.",
        misconception="A foreign key that is given switches the SubFactory off.",
        hints=("What is overridden?", "user_id, and not user."),
        killed_by="test_user_by_id",
        edits=(('"user_by_id": 2', '"user_by_id": 1'),),
    ),
    Mutant(
        name="none-switches-off",
        task="predict",
        bug="An order with user=None is said to keep the id that was given.",
        misconception="None means: not set.",
        hints=("What does SQLAlchemy write for a relationship that is None?", "NULL."),
        killed_by="test_user_by_id_alone",
        edits=(('"user_by_id_alone": "IntegrityError"', '"user_by_id_alone": 1'),),
    ),
    Mutant(
        name="counter-of-the-subclass",
        task="predict",
        bug="A subclass is said to count from 0.",
        misconception="Each factory class has a counter of its own.",
        hints=("What would happen to unique values?", "They would collide."),
        killed_by="test_next_number",
        edits=(("user2@example.org", "user0@example.org"),),
    ),
    Mutant(
        name="an-insert-for-each-row",
        task="predict",
        bug="Ten orders with items are said to need a statement for each row.",
        misconception="One object is one INSERT.",
        hints=("How many tables are there?", "Four."),
        killed_by="test_ten_orders",
        edits=(('"ten_orders": 4', '"ten_orders": 60'),),
    ),
    Mutant(
        name="a-list-for-each",
        task="predict",
        bug="The other product is said to have no tag.",
        misconception="Each object gets a list of its own.",
        hints=("How many lists are there?", "One."),
        killed_by="test_new_tag",
        edits=(('"new_tag": ["new"]', '"new_tag": []'),),
    ),
)

PREDICT_TWINS = (
    Twin(
        name="predicted-by-keyword",
        task="predict",
        of="built-is-stored",
        summary="the same, written by dict()",
        answer="""%%task predict
PREDICTED = dict(
    built=0,
    three_orders=3,
    user_by_id=2,
    user_by_id_alone="IntegrityError",
    next_number="user2@example.org",
    ten_orders=4,
)
PREDICTED["new_tag"] = ["new"]
""",
    ),
)

VARIANTS = Variants(
    tasks=TASKS,
    references=REFERENCES,
    twins=FACTORY_TWINS + MEND_TWINS + FAST_TWINS + SEARCH_TWINS + PREDICT_TWINS,
    mutants=FACTORY_MUTANTS + MEND_MUTANTS + FAST_MUTANTS + SEARCH_MUTANTS + PREDICT_MUTANTS,
    probes=PROBES,
)
