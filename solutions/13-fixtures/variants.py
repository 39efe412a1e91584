"""The answers, the code and the rules that this assignment is proved by."""

from nomocks.mutation.code import Patch, SwapModule
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
    Task("chain", "A chain"),
    Task("maker", "A factory that cleans up"),
    Task("visitors", "Visitors"),
    Task("mend", "A suite that passes in one order"),
    Task("predict", "What is set up, and when", literal=True),
)

REFERENCES = (
    Reference("as-it-is", "the code and the schema as they are"),
    Reference(
        "other-names",
        "the same schema with another name of a constraint",
        ("ALTER TABLE products RENAME CONSTRAINT uq_products_sku TO one_product_a_sku",),
    ),
)

CHAIN_PROBES = (
    Probe(
        test="test_the_chain_holds_together",
        task="chain",
        promise="The order is the customer's, for three pieces, and the payment is for that order.",
        hints=(
            "Which fixture asks for which?",
            "order asks for customer and product, payment for order: by the names of parameters.",
        ),
    ),
    Probe(
        test="test_there_is_one_of_each",
        task="chain",
        promise="A test that asks for all of them gets one customer, product, order and payment.",
        hints=(
            "Count the places in which an order, or a user, is made.",
            "Each kind of row is made in one fixture, and all others ask for that.",
        ),
    ),
    Probe(
        test="TestAnotherCustomer::test_the_customer_may_be_exchanged",
        task="chain",
        promise="Where a class has a customer of its own, order and payment are that one's.",
        hints=(
            "How does order come by its customer?",
            "By the parameter customer, and not by a query: there may be other users.",
        ),
    ),
    Probe(
        test="TestAnotherProduct::test_the_payment_follows_the_price",
        task="chain",
        promise="Where a class has a product of its own, the payment follows its price.",
        hints=(
            "Where does the amount of the payment come from?",
            "Let pay() compute it, from an order that was placed for the fixture product.",
        ),
    ),
    Probe(
        test="test_the_test_sees_the_order_paid",
        task="chain",
        promise="After the payment, the test sees the order paid.",
        hints=(
            "pay() works in sessions of its own. What does yours know of that?",
            "await session.refresh(order), after pay().",
        ),
    ),
    Probe(
        test="test_an_order_alone_is_pending",
        task="chain",
        promise="A test that asks for the order alone gets one that is pending.",
        hints=(
            "What is in the fixture order that belongs to payment?",
            "order places, payment pays, and only payment asks for the other.",
        ),
    ),
    Probe(
        test="test_what_is_not_asked_for_is_not_made",
        task="chain",
        promise="What a test does not ask for is not made.",
        hints=(
            "What runs in a test that asks for nothing?",
            "Leave autouse out, and make the product in its own fixture.",
        ),
    ),
    Probe(
        test="test_each_test_has_its_own",
        task="chain",
        promise="Each test has a chain of its own, which no other connection sees.",
        hints=(
            "How long do your fixtures live, and what do they commit?",
            "Scope function, nothing kept in a global, and the fixture session for all of it.",
        ),
    ),
)

CHAIN_MUTANTS = (
    Mutant(
        name="pays-another-order",
        task="chain",
        bug="payment places an order of its own.",
        misconception="A fixture should make all that it needs, to be independent.",
        hints=("Ask for order and payment in one test.",),
        killed_by="test_the_chain_holds_together",
        edits=(
            (
                "async def payment(session, sessions, order):\n",
                "async def payment(session, sessions, customer, product):\n"
                "    lines = [Line(product.id, 3)]\n"
                "    order = await place_order(session, user_id=customer.id, lines=lines)\n",
            ),
        ),
    ),
    Mutant(
        name="a-customer-of-its-own",
        task="chain",
        bug="order makes a user, in place of asking for the customer.",
        misconception="Any customer will do.",
        hints=("Ask for customer and order in one test, and count.",),
        killed_by="test_there_is_one_of_each",
        edits=(
            (
                "async def order(session, customer, product):\n",
                "async def order(session, product):\n"
                "    customer = await UserFactory.create_async(session)\n",
            ),
        ),
    ),
    Mutant(
        name="the-first-user",
        task="chain",
        bug="order is placed for the first user in the table.",
        misconception="There is one user in the database, and it is the customer.",
        hints=("What if there are two?",),
        killed_by="TestAnotherCustomer::test_the_customer_may_be_exchanged",
        edits=(
            (
                "    return await place_order(session, user_id=customer.id",
                "    first = await session.scalar(select(User).order_by(User.id).limit(1))\n"
                "    return await place_order(session, user_id=first.id",
            ),
        ),
    ),
    Mutant(
        name="amount-by-hand",
        task="chain",
        bug="payment is a row with a fixed amount.",
        misconception="A row in the right state is as good as what the code makes.",
        hints=("Change the price.",),
        killed_by="TestAnotherProduct::test_the_payment_follows_the_price",
        edits=(
            (
                "    payment = await pay(sessions, Provider(), order.id)\n"
                "    await session.refresh(order)\n",
                "    payment = Payment(\n"
                '        order=order, amount=Decimal("30.00"), status=PaymentStatus.CAPTURED\n'
                "    )\n"
                "    order.status = OrderStatus.PAID\n"
                "    session.add(payment)\n"
                "    await session.flush()\n",
            ),
        ),
    ),
    Mutant(
        name="not-refreshed",
        task="chain",
        bug="The test's session does not hear of the payment.",
        misconception="An object shows what is in the database.",
        hints=("Read order.status after the payment.",),
        killed_by="test_the_test_sees_the_order_paid",
        edits=(("    await session.refresh(order)\n", ""),),
    ),
    Mutant(
        name="paid-at-once",
        task="chain",
        bug="order is paid already.",
        misconception="Most tests need a paid order, so the fixture should give one.",
        hints=("Ask for the order alone.",),
        killed_by="test_an_order_alone_is_pending",
        answer="""
@pytest.fixture
async def customer(session):
    return await UserFactory.create_async(session)

@pytest.fixture
async def product(session):
    return await ProductFactory.create_async(session)

@pytest.fixture
async def order(session, sessions, customer, product):
    order = await place_order(session, user_id=customer.id, lines=[Line(product.id, 3)])
    await pay(sessions, Provider(), order.id)
    await session.refresh(order)
    return order

@pytest.fixture
async def payment(session, order):
    return await session.scalar(select(Payment).where(Payment.order_id == order.id))
""",
    ),
    Mutant(
        name="autouse",
        task="chain",
        bug="product is made for every test.",
        misconception="What most tests need should be there without asking.",
        hints=("Count the products in a test that asks for none.",),
        killed_by="test_what_is_not_asked_for_is_not_made",
        edits=(
            (
                "@pytest.fixture\nasync def product(session)",
                "@pytest.fixture(autouse=True)\nasync def product(session)",
            ),
        ),
    ),
    Mutant(
        name="made-once",
        task="chain",
        bug="customer and product are kept in a dictionary of the module.",
        misconception="What never changes need be made only once.",
        hints=("Which transaction is the row in?",),
        killed_by="test_each_test_has_its_own",
        answer="""
MADE = {}

@pytest.fixture
async def customer(session):
    if "customer" not in MADE:
        MADE["customer"] = await UserFactory.create_async(session)
    return MADE["customer"]

@pytest.fixture
async def product(session):
    if "product" not in MADE:
        MADE["product"] = await ProductFactory.create_async(session)
    return MADE["product"]

@pytest.fixture
async def order(session, customer, product):
    return await place_order(session, user_id=customer.id, lines=[Line(product.id, 3)])

@pytest.fixture
async def payment(session, sessions, order):
    payment = await pay(sessions, Provider(), order.id)
    await session.refresh(order)
    return payment
""",
    ),
    Mutant(
        name="committed-for-good",
        task="chain",
        bug="The customer is committed by a session on the engine.",
        misconception="A row must be committed before other sessions can use it.",
        hints=("Look from another connection.",),
        killed_by="test_each_test_has_its_own",
        edits=(
            (
                '    """A customer."""\n    return await UserFactory.create_async(session)\n',
                '    """A customer."""\n'
                "    async with AsyncSession(engine, expire_on_commit=False) as another:\n"
                "        user = await UserFactory.create_async(another)\n"
                "        await another.commit()\n"
                "    return user\n",
            ),
            ("async def customer(session):", "async def customer(engine):"),
        ),
    ),
)

CHAIN_TWINS = (
    Twin(
        name="by-relationships",
        task="chain",
        of="not-refreshed",
        summary="parts that are made by functions, and a session whose objects all expire",
        answer="""
async def placed(session, user, product):
    return await place_order(session, user_id=user.id, lines=[Line(product.id, 3)])

@pytest.fixture
async def customer(session):
    user = User(email="ann@example.org", name="Ann")
    session.add(user)
    await session.commit()
    return user

@pytest.fixture
async def product(session):
    product = ProductFactory.build(stock=3)
    session.add(product)
    await session.commit()
    return product

@pytest.fixture
async def order(session, customer, product):
    order = await placed(session, customer, product)
    await session.commit()
    return order

@pytest.fixture
async def payment(session, sessions, order):
    paid = await pay(sessions, Provider(), order.id)
    await session.refresh(order)
    return await session.get_one(Payment, paid.id)
""",
    ),
)

FACTORY_PROBES = (
    Probe(
        test="test_two_calls_make_two_products",
        task="maker",
        promise="Two calls make two products, and another connection sees both.",
        hints=(
            "What differs from one product to the next, and when do others see it?",
            "ProductFactory.build() has another SKU each time; commit in the function make.",
        ),
    ),
    Probe(
        test="test_values_are_taken",
        task="maker",
        promise="The values that a call gives are the product's.",
        hints=(
            "Which values does your function take?",
            "async def make(**values), and all of them go into ProductFactory.build(**values).",
        ),
    ),
    Probe(
        test="test_products_share_nothing",
        task="maker",
        promise="What is done to one product is not seen in another.",
        hints=(
            "When is a default value in a function's head evaluated?",
            "No dict and no list as a default: make a new one in each call, or let the factory.",
        ),
    ),
    Probe(
        test="test_all_are_gone_afterward",
        task="maker",
        promise="After the test all of its products are gone, however many there were.",
        hints=(
            "What does your fixture know of when the test is over?",
            "Note the id of each product as it is made, and delete all of them behind the yield.",
        ),
        points=2,
    ),
    Probe(
        test="test_those_of_others_stay",
        task="maker",
        promise="A product that somebody else has made stays.",
        hints=(
            "Whose products does your DELETE take?",
            "Delete by the ids that you have noted.",
        ),
    ),
    Probe(
        test="test_a_test_may_delete_one",
        task="maker",
        promise="A test may delete a product itself.",
        hints=(
            "What does your cleaning do about a row that is gone already?",
            "A statement, delete(Product).where(…), does not mind; session.get_one does.",
        ),
    ),
    Probe(
        test="test_a_call_that_fails",
        task="maker",
        promise="A call that fails leaves nothing behind, and the next one works.",
        hints=(
            "In which state is a session after an IntegrityError?",
            "A session for each call, in `async with new.begin() as session`.",
        ),
    ),
)

FACTORY_MUTANTS = (
    Mutant(
        name="flushed-only",
        task="maker",
        bug="The product is flushed and not committed.",
        misconception="After a flush the row is in the database.",
        hints=("Look from another connection.",),
        killed_by="test_two_calls_make_two_products",
        answer="""
@pytest.fixture
async def make_product(engine):
    async with AsyncSession(engine, expire_on_commit=False) as session:

        async def make(**values):
            product = ProductFactory.build(**values)
            session.add(product)
            await session.flush()
            return product

        yield make
        await session.rollback()
""",
    ),
    Mutant(
        name="always-the-same",
        task="maker",
        bug="The second call returns the product of the first.",
        misconception="A factory may keep what it has made.",
        hints=("Call it twice.",),
        killed_by="test_two_calls_make_two_products",
        edits=(
            (
                "            product = ProductFactory.build(**values)\n",
                "            if made:\n"
                "                return made[0]\n"
                "            product = ProductFactory.build(**values)\n"
                "            made.append(product)\n",
            ),
            (
                "    async with AsyncExitStack() as stack:\n",
                "    made = []\n    async with AsyncExitStack() as stack:\n",
            ),
        ),
    ),
    Mutant(
        name="some-values",
        task="maker",
        bug="Only the price is taken from what the call gives.",
        misconception="Nobody will want another stock.",
        hints=("Give a stock of 0.",),
        killed_by="test_values_are_taken",
        edits=(
            (
                "ProductFactory.build(**values)",
                'ProductFactory.build(price=values.get("price", Decimal("10.00")))',
            ),
        ),
    ),
    Mutant(
        name="falsy-values",
        task="maker",
        bug="A stock of 0 becomes the default.",
        misconception="`or` gives the default where nothing was given.",
        hints=("Is 0 nothing?",),
        killed_by="test_values_are_taken",
        edits=(
            (
                "        async def make(**values):\n"
                "            product = ProductFactory.build(**values)\n",
                "        async def make(stock=None, **values):\n"
                "            product = ProductFactory.build(stock=stock or 10, **values)\n",
            ),
        ),
    ),
    Mutant(
        name="shared-default",
        task="maker",
        bug="All products share one dictionary of attributes and one list of tags.",
        misconception="A default value is new in each call.",
        hints=("Change the attributes of one product.",),
        killed_by="test_products_share_nothing",
        edits=(
            (
                "        async def make(**values):\n"
                "            product = ProductFactory.build(**values)\n",
                "        async def make(attributes={}, tags=[], **values):\n"
                "            product = ProductFactory.build(\n"
                "                attributes=attributes, tags=tags, **values\n"
                "            )\n",
            ),
        ),
    ),
    Mutant(
        name="the-last-one",
        task="maker",
        bug="Only the last product is deleted.",
        misconception="A fixture has one thing to clean up.",
        hints=("Call it three times.",),
        killed_by="test_all_are_gone_afterward",
        answer="""
@pytest.fixture
async def make_product(engine):
    new = async_sessionmaker(engine, expire_on_commit=False)
    last = None

    async def make(**values):
        nonlocal last
        last = ProductFactory.build(**values)
        async with new.begin() as session:
            session.add(last)
        return last

    yield make
    if last:
        async with new.begin() as session:
            await session.execute(delete(Product).where(Product.id == last.id))
""",
    ),
    Mutant(
        name="at-least-one",
        task="maker",
        bug="Cleaning up fails in a test that has made none.",
        misconception="Whoever asks for a factory calls it.",
        hints=("Ask for it, and call it never.",),
        killed_by="test_all_are_gone_afterward",
        answer="""
@pytest.fixture
async def make_product(engine):
    new = async_sessionmaker(engine, expire_on_commit=False)

    async def make(**values):
        nonlocal made
        product = ProductFactory.build(**values)
        async with new.begin() as session:
            session.add(product)
        made = made + [product.id] if made else [product.id]
        return product

    made = None
    yield make
    async with new.begin() as session:
        for id in sorted(made):
            await session.execute(delete(Product).where(Product.id == id))
""",
    ),
    Mutant(
        name="never-awaited",
        task="maker",
        bug="The finalizer is a coroutine function, which nobody awaits.",
        misconception="addfinalizer takes whatever cleans up.",
        hints=("Who awaits it?",),
        killed_by="test_all_are_gone_afterward",
        answer="""
@pytest.fixture
def make_product(engine, request):
    new = async_sessionmaker(engine, expire_on_commit=False)

    async def make(**values):
        product = ProductFactory.build(**values)
        async with new.begin() as session:
            session.add(product)

        async def remove():
            async with new.begin() as session:
                await session.execute(delete(Product).where(Product.id == product.id))

        request.addfinalizer(remove)
        return product

    return make
""",
    ),
    Mutant(
        name="deletes-all",
        task="maker",
        bug="All products are deleted.",
        misconception="A test's products are all that there are.",
        hints=("Whose was the other one?",),
        killed_by="test_those_of_others_stay",
        answer="""
@pytest.fixture
async def make_product(engine):
    new = async_sessionmaker(engine, expire_on_commit=False)

    async def make(**values):
        product = ProductFactory.build(**values)
        async with new.begin() as session:
            session.add(product)
        return product

    yield make
    async with new.begin() as session:
        await session.execute(delete(Product))
""",
    ),
    Mutant(
        name="expects-its-rows",
        task="maker",
        bug="Cleaning up fails if a product is gone already.",
        misconception="Only the fixture deletes.",
        hints=("Delete one in the test.",),
        killed_by="test_a_test_may_delete_one",
        edits=(
            (
                "await session.execute(delete(Product).where(Product.id == id))",
                "await session.delete(await session.get_one(Product, id))",
            ),
        ),
    ),
    Mutant(
        name="one-session",
        task="maker",
        bug="All calls share a session, which a failed one leaves unusable.",
        misconception="A session can go on after an error.",
        hints=("Let a call fail, and call it again.",),
        killed_by="test_a_call_that_fails",
        answer="""
@pytest.fixture
async def make_product(engine):
    async with AsyncSession(engine, expire_on_commit=False) as session:
        made = []

        async def make(**values):
            product = ProductFactory.build(**values)
            session.add(product)
            await session.commit()
            made.append(product.id)
            return product

        yield make
        await session.rollback()
        await session.execute(delete(Product).where(Product.id.in_(made)))
        await session.commit()
""",
    ),
)

FACTORY_TWINS = (
    Twin(
        name="a-list-of-ids",
        task="maker",
        of="the-last-one",
        summary="a list of ids, and one statement for all of them",
        answer="""
@pytest.fixture
async def make_product(engine):
    made = []

    async def make(**values):
        async with AsyncSession(engine, expire_on_commit=False) as session:
            product = await ProductFactory.create_async(session, **values)
            await session.commit()
            made.append(product.id)
        return product

    yield make
    async with AsyncSession(engine) as session:
        await session.execute(delete(Product).where(Product.id.in_(made)))
        await session.commit()
""",
    ),
    Twin(
        name="one-session-rolled-back",
        task="maker",
        of="one-session",
        summary="one session, which a failed call rolls back",
        answer="""
@pytest.fixture
async def make_product(engine):
    session = AsyncSession(engine, expire_on_commit=False)
    made = []

    async def make(*, attributes=None, tags=None, **values):
        product = ProductFactory.build(
            attributes=attributes or {}, tags=tags or [], **values
        )
        session.add(product)
        try:
            await session.commit()
        except Exception:
            await session.rollback()
            raise
        made.append(product.id)
        return product

    try:
        yield make
    finally:
        for id in reversed(made):
            await session.execute(delete(Product).where(Product.id == id))
        await session.commit()
        await session.close()
""",
    ),
)

VISITOR_PROBES = (
    Probe(
        test="test_without_a_parameter",
        task="visitors",
        promise="Without a parameter, the person is an active customer, who is logged in.",
        hints=(
            "What is request.param in a test that gives none?",
            'getattr(request, "param", None), and no trait if that is None.',
        ),
    ),
    Probe(
        test="test_with_a_trait",
        task="visitors",
        promise="With a parameter, the person has that trait, and is let in accordingly.",
        hints=(
            "Where does an indirect parameter arrive?",
            "UserFactory.create_async(session, **{request.param: True})",
        ),
    ),
    Probe(
        test="TestAnotherPerson::test_the_client_follows_the_person",
        task="visitors",
        promise="Where a class has a person of its own, person_client is logged in as that one.",
        hints=(
            "Whose id is in the token?",
            "person_client asks for the fixture person, and makes no user.",
        ),
    ),
    Probe(
        test="test_three_at_once",
        task="visitors",
        promise="Nobody, the person and the administrator visit in one test, each as who they are.",
        hints=(
            "How many clients are there, and how many headers?",
            "Make a new httpx.AsyncClient for each, and leave the toolkit's client alone.",
        ),
    ),
    Probe(
        test="test_the_boss_is_nobody_else",
        task="visitors",
        promise="The administrator of boss_client is neither the person nor the toolkit's.",
        hints=(
            "Where does boss_client have its administrator from?",
            "Let it make one: UserFactory.create_async(session, admin=True).",
        ),
    ),
    Probe(
        test="test_clients_are_closed",
        task="visitors",
        promise="After the test, the clients are closed.",
        hints=(
            "Who closes them?",
            "async with httpx.AsyncClient(…) as client: yield client",
        ),
    ),
)

VISITOR_MUTANTS = (
    Mutant(
        name="parameter-required",
        task="visitors",
        bug="person can't be had without a parameter.",
        misconception="A fixture that takes a parameter always gets one.",
        hints=("Ask for person in a test without parametrize.",),
        killed_by="test_without_a_parameter",
        edits=(('    trait = getattr(request, "param", None)\n', "    trait = request.param\n"),),
    ),
    Mutant(
        name="parameter-ignored",
        task="visitors",
        bug="Whatever the parameter, the person is a customer.",
        misconception="parametrize changes the fixture by itself.",
        hints=("Where does the fixture read its parameter?",),
        killed_by="test_with_a_trait",
        edits=(("(session, **({trait: True} if trait else {}))", "(session)"),),
    ),
    Mutant(
        name="roles-only",
        task="visitors",
        bug="The parameter is taken for a role.",
        misconception="Who is not an administrator is a customer.",
        hints=("Ask for a suspended one.",),
        killed_by="test_with_a_trait",
        edits=(
            (
                "**({trait: True} if trait else {})",
                'role=Role.ADMIN if trait == "admin" else Role.CUSTOMER',
            ),
        ),
    ),
    Mutant(
        name="somebody-logged-in",
        task="visitors",
        bug="person_client makes a user of its own.",
        misconception="It does not matter who is logged in.",
        hints=("Exchange the person, and ask /me.",),
        killed_by="TestAnotherPerson::test_the_client_follows_the_person",
        edits=(
            (
                "async def person_client(app, settings, person):\n"
                '    """A client that the person is logged in with."""\n',
                "async def person_client(app, settings, session):\n"
                '    """A client that the person is logged in with."""\n'
                "    person = await UserFactory.create_async(session)\n",
            ),
        ),
    ),
    Mutant(
        name="one-client",
        task="visitors",
        bug="All three are the toolkit's client, with a header that the last one has set.",
        misconception="A fixture may change what it asks for.",
        hints=("Ask for all three in one test.",),
        killed_by="test_three_at_once",
        answer="""
@pytest.fixture
async def person(request, session):
    trait = getattr(request, "param", None)
    return await UserFactory.create_async(session, **({trait: True} if trait else {}))

@pytest.fixture
def person_client(client, settings, person):
    client.headers["Authorization"] = f"Bearer {create_token(person.id, settings)}"
    return client

@pytest.fixture
async def boss_client(client, settings, session):
    boss = await UserFactory.create_async(session, admin=True)
    client.headers["Authorization"] = f"Bearer {create_token(boss.id, settings)}"
    return client
""",
    ),
    Mutant(
        name="person-promoted",
        task="visitors",
        bug="boss_client makes an administrator of the person.",
        misconception="An administrator is a user with more rights.",
        hints=("Who is the person afterward?",),
        killed_by="test_three_at_once",
        edits=(
            (
                "async def boss_client(app, settings, session):\n"
                '    """A client of an administrator."""\n'
                "    boss = await UserFactory.create_async(session, admin=True)\n",
                "async def boss_client(app, settings, session, person):\n"
                '    """A client of an administrator."""\n'
                "    boss = person\n"
                "    boss.role = Role.ADMIN\n"
                "    await session.flush()\n",
            ),
        ),
    ),
    Mutant(
        name="the-toolkits-admin",
        task="visitors",
        bug="boss_client is logged in as the toolkit's admin.",
        misconception="There is one administrator.",
        hints=("Ask for admin as well.",),
        killed_by="test_the_boss_is_nobody_else",
        edits=(
            (
                "async def boss_client(app, settings, session):\n"
                '    """A client of an administrator."""\n'
                "    boss = await UserFactory.create_async(session, admin=True)\n",
                "async def boss_client(app, settings, admin):\n"
                '    """A client of an administrator."""\n'
                "    boss = admin\n",
            ),
        ),
    ),
    Mutant(
        name="a-fixed-address",
        task="visitors",
        bug="The administrator has an address that somebody else has, too.",
        misconception="In a test an address is free.",
        hints=("Which addresses do the toolkit's users have?",),
        killed_by="test_the_boss_is_nobody_else",
        edits=(
            (
                "UserFactory.create_async(session, admin=True)",
                'UserFactory.create_async(session, admin=True, email="admin@example.org")',
            ),
        ),
    ),
    Mutant(
        name="never-closed",
        task="visitors",
        bug="The clients are returned, and nobody closes them.",
        misconception="A client without a network has nothing to close.",
        hints=("Which line of yours runs after the test?",),
        killed_by="test_clients_are_closed",
        answer="""
def logged_in(app, settings, user):
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://test",
        headers={"Authorization": f"Bearer {create_token(user.id, settings)}"},
    )

@pytest.fixture
async def person(request, session):
    trait = getattr(request, "param", None)
    return await UserFactory.create_async(session, **({trait: True} if trait else {}))

@pytest.fixture
async def person_client(app, settings, person):
    return logged_in(app, settings, person)

@pytest.fixture
async def boss_client(app, settings, session):
    return logged_in(app, settings, await UserFactory.create_async(session, admin=True))
""",
    ),
)

VISITOR_TWINS = (
    Twin(
        name="a-factory-of-clients",
        task="visitors",
        of="one-client",
        summary="a fixture that makes clients, and an exit stack that closes them",
        answer="""
@pytest.fixture
async def visit(app, settings):
    async with AsyncExitStack() as stack:

        async def visit(user):
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://test"
            )
            token = create_token(user.id, settings)
            client.headers["Authorization"] = f"Bearer {token}"
            return await stack.enter_async_context(client)

        yield visit

@pytest.fixture
async def person(request, sessions):
    traits = {request.param: True} if hasattr(request, "param") else {}
    async with sessions.begin() as session:
        return await UserFactory.create_async(session, **traits)

@pytest.fixture
async def boss(sessions):
    async with sessions.begin() as session:
        return await UserFactory.create_async(session, admin=True)

@pytest.fixture
async def person_client(visit, person):
    return await visit(person)

@pytest.fixture
async def boss_client(visit, boss):
    return await visit(boss)
""",
    ),
)

MEND_MUTANTS = (
    Mutant(
        name="one-piece-taken",
        task="mend",
        bug="place_order takes one piece from the stock, however many were ordered.",
        misconception="An order of one piece shows what an order takes.",
        hints=(
            "How many pieces does your order have?",
            "Order three of ten, and select Product.stock.",
        ),
        killed_by="test_an_order_takes_from_the_stock",
        code=(
            Patch(
                "shop.services.orders:place_order",
                "product.stock -= quantities[id]",
                "product.stock -= 1",
            ),
        ),
    ),
    Mutant(
        name="pieces-not-charged",
        task="mend",
        bug="pay charges each line as if it were for one piece.",
        misconception="An amount that is right for one piece is right.",
        hints=(
            "Which amount does your test expect, and for how many pieces?",
            "Order three pieces of one product and two of another, and compare payment.amount.",
        ),
        killed_by="test_all_pieces_are_paid_for",
        code=(
            Patch(
                "shop.services.payments:_begin",
                "amount=total_of(order)",
                "amount=sum(item.unit_price for item in order.items)",
            ),
        ),
    ),
    Mutant(
        name="ships-unpaid",
        task="mend",
        bug="ship_order ships what nobody has paid.",
        misconception="A paid order that is shipped shows that others are not.",
        hints=(
            "What becomes of an order that is not paid?",
            "Ask for the order without the payment: pytest.raises(WrongStatus) around ship_order.",
        ),
        killed_by="test_an_order_that_is_not_paid_is_not_shipped",
        code=(
            Patch(
                "shop.services.orders:ship_order",
                "require(order, OrderStatus.PAID)",
                "require(order, OrderStatus.PAID, OrderStatus.PENDING)",
            ),
        ),
    ),
    Mutant(
        name="one-piece-returned",
        task="mend",
        bug="cancel_order gives one piece of each product back.",
        misconception="The stock went up, so the pieces are back.",
        hints=(
            "What is in stock before the order, and after it was cancelled?",
            "Cancel an order of three, and select Product.stock: it is what it was at first.",
        ),
        killed_by="test_a_cancelled_order_gives_all_pieces_back",
        code=(Patch("shop.services.orders:cancel_order", "+= item.quantity", "+= 1"),),
    ),
    Mutant(
        name="cancels-shipped",
        task="mend",
        bug="cancel_order cancels what is on its way.",
        misconception="Whoever may cancel a paid order may cancel a shipped one.",
        hints=(
            "Is the order in your test shipped before it is cancelled?",
            "payment, ship_order, and then pytest.raises(WrongStatus) around cancel_order.",
        ),
        killed_by="test_a_shipped_order_is_not_cancelled",
        code=(
            Patch(
                "shop.services.orders:cancel_order",
                "require(order, *CANCELLABLE)",
                "require(order, *CANCELLABLE, OrderStatus.SHIPPED)",
            ),
        ),
    ),
    Mutant(
        name="everybodys-orders",
        task="mend",
        bug="list_orders finds the orders of all users.",
        misconception="With one user, her orders and all orders are the same.",
        hints=(
            "How many users with orders are there in your test?",
            "A factory as a fixture: an order of the customer's, and one of another user's.",
        ),
        killed_by="test_the_orders_of_one_user_are_listed",
        code=(
            Patch(
                "shop.services.orders:list_orders",
                "_listed(user_id, status)",
                "_listed(None, status)",
            ),
        ),
    ),
)

MEND_TWINS = (
    Twin(
        name="orders-otherwise",
        task="mend",
        of="one-piece-taken",
        summary="the second implementation of the orders",
        code=(SwapModule("shop.services.orders", "shop.otherwise.orders"),),
    ),
    Twin(
        name="payments-otherwise",
        task="mend",
        of="pieces-not-charged",
        summary="the second implementation of paying",
        code=(SwapModule("shop.services.payments", "shop.otherwise.payments"),),
    ),
    Twin(
        name="required-by-a-tuple",
        task="mend",
        of="ships-unpaid",
        summary="the same status, in a tuple",
        code=(
            Patch(
                "shop.services.orders:ship_order",
                "require(order, OrderStatus.PAID)",
                "require(order, *(OrderStatus.PAID,))",
            ),
        ),
    ),
    Twin(
        name="added-up",
        task="mend",
        of="one-piece-returned",
        summary="the pieces are added by another expression",
        code=(
            Patch(
                "shop.services.orders:cancel_order",
                "products[item.product_id].stock += item.quantity",
                "products[item.product_id].stock -= -item.quantity",
            ),
        ),
    ),
    Twin(
        name="both-named",
        task="mend",
        of="cancels-shipped",
        summary="both statuses by their names",
        code=(
            Patch(
                "shop.services.orders:cancel_order",
                "require(order, *CANCELLABLE)",
                "require(order, OrderStatus.PENDING, OrderStatus.PAID)",
            ),
        ),
    ),
    Twin(
        name="by-keywords",
        task="mend",
        of="everybodys-orders",
        summary="the same filter, by keywords",
        code=(
            Patch(
                "shop.services.orders:list_orders",
                "_listed(user_id, status)",
                "_listed(status=status, user_id=user_id)",
            ),
        ),
    ),
)

PREDICT_PROBES = (
    Probe(
        test="test_wide_and_narrow",
        task="predict",
        promise="wide_and_narrow: a fixture of the module, named behind one of the function.",
        hints=(
            "Which is set up first: what is named first, or what lives longest?",
            "The widest comes first, and it stays to the end of the module.",
        ),
    ),
    Probe(
        test="test_half_way",
        task="predict",
        promise="half_way: a set-up that fails.",
        hints=(
            "Does the test run? And what stands behind the yield of order?",
            "order has logged its begin, and never comes to its yield; user was set up, and is "
            "torn down.",
        ),
    ),
    Probe(
        test="test_two_finalizers",
        task="predict",
        promise="two_finalizers: finalizers and yield in one fixture.",
        hints=(
            "The last one registered runs first. When is what stands behind yield registered?",
            "It is registered when the fixture has yielded, so after a: b comes before a.",
        ),
    ),
    Probe(
        test="test_two_engines",
        task="predict",
        promise="two_engines: a parametrized fixture of the module.",
        hints=(
            "How many engines does pytest keep at a time?",
            "It sorts the tests, so that each parameter is set up once.",
        ),
    ),
    Probe(
        test="test_who_is_it",
        task="predict",
        promise="who_is_it: parametrize with the name of a fixture.",
        hints=(
            "Is there an indirect?",
            "Without it the parameter takes the fixture's place, for client as well.",
        ),
    ),
    Probe(
        test="test_asked_or_not",
        task="predict",
        promise="asked_or_not: autouse, and a fixture that extends another.",
        hints=(
            "Which fixtures does each of the two tests use, and which comes first?",
            "autouse comes before what is asked for; nobody asks for asked in test_two.",
        ),
    ),
)

LIFO = '["test", "d", "c", "b", "a"]'
GROUPED = '["pg +", "one", "two", "pg -", "lite +", "one", "two", "lite -"]'
WIDE = '["wide +", "narrow +", "one", "narrow -", "narrow +", "two", "narrow -", "wide -"]'
EXTENDED = '["always", "asked", "nearer", "one", "always", "two"]'

WRONG_PREDICTIONS = (
    wrong_prediction(
        "in-order-of-names",
        "wide_and_narrow",
        WIDE,
        '["narrow +", "wide +", "one", "narrow -", "narrow +", "two", "narrow -", "wide -"]',
        "Fixtures are set up in the order in which the test names them.",
    ),
    wrong_prediction(
        "gone-with-the-test",
        "wide_and_narrow",
        WIDE,
        '["wide +", "narrow +", "one", "narrow -", "wide -", "narrow +", "two", "narrow -"]',
        "A wide fixture ends with the last test that asks for it.",
    ),
    wrong_prediction(
        "torn-down-all-the-same",
        "half_way",
        '["user +", "order +", "user -"]',
        '["user +", "order +", "order -", "user -"]',
        "What stands behind yield always runs.",
    ),
    wrong_prediction(
        "nothing-torn-down",
        "half_way",
        '["user +", "order +", "user -"]',
        '["user +", "order +"]',
        "When the set-up fails, there is no teardown.",
    ),
    wrong_prediction(
        "first-in-first-out",
        "two_finalizers",
        LIFO,
        '["test", "a", "b", "c", "d"]',
        "Finalizers run in the order in which they were added.",
    ),
    wrong_prediction(
        "yield-last",
        "two_finalizers",
        LIFO,
        '["test", "d", "c", "a", "b"]',
        "Finalizers run before what stands behind yield.",
    ),
    wrong_prediction(
        "test-by-test",
        "two_engines",
        GROUPED,
        '["pg +", "one", "pg -", "lite +", "one", "lite -", "pg +", "two", "pg -", "lite +", '
        '"two", "lite -"]',
        "A test runs with all parameters before the next one begins.",
    ),
    wrong_prediction(
        "indirect-by-itself",
        "who_is_it",
        '["client of Bob"]',
        '["made", "client of Bob"]',
        "The fixture gets the parameter.",
    ),
    wrong_prediction(
        "the-fixture-wins",
        "who_is_it",
        '["client of Bob"]',
        '["made", "client of Ann"]',
        "A parameter is seen by the test alone.",
    ),
    wrong_prediction(
        "replaced-for-good",
        "asked_or_not",
        EXTENDED,
        '["always", "nearer", "one", "always", "two"]',
        "The nearer fixture takes the place of the other, which is never run.",
    ),
    wrong_prediction(
        "asked-first",
        "asked_or_not",
        EXTENDED,
        '["asked", "nearer", "always", "one", "always", "two"]',
        "What is asked for comes before autouse.",
    ),
)

RIGHT_PREDICTIONS = (
    Twin(
        name="as-tuples",
        task="predict",
        of="first-in-first-out",
        summary="tuples in place of lists",
        answer="""
PREDICTED = dict(
    wide_and_narrow=(
        "wide +", "narrow +", "one", "narrow -", "narrow +", "two", "narrow -", "wide -"
    ),
    half_way=("user +", "order +", "user -"),
    two_finalizers=("test", "d", "c", "b", "a"),
    two_engines=("pg +", "one", "two", "pg -", "lite +", "one", "two", "lite -"),
    who_is_it=("client of Bob",),
    asked_or_not=("always", "asked", "nearer", "one", "always", "two"),
)
""",
    ),
)

VARIANTS = Variants(
    tasks=TASKS,
    references=REFERENCES,
    twins=(*CHAIN_TWINS, *FACTORY_TWINS, *VISITOR_TWINS, *MEND_TWINS, *RIGHT_PREDICTIONS),
    mutants=(
        *CHAIN_MUTANTS,
        *FACTORY_MUTANTS,
        *VISITOR_MUTANTS,
        *MEND_MUTANTS,
        *WRONG_PREDICTIONS,
    ),
    probes=(*CHAIN_PROBES, *FACTORY_PROBES, *VISITOR_PROBES, *PREDICT_PROBES),
)
