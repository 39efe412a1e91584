"""Services under races, the tests and the answers: correct ones, and such with a bug."""

from nomocks.mutation.code import Patch, Rewrite
from nomocks.mutation.variants import Mutant, Probe, Reference, Task, Twin, Variants

TASKS = (
    Task("mend", "A test that sleeps"),
    Task("rows", "Rows that two change"),
    Task("waits", "A queue, a report, a job"),
    Task("again", "Try again"),
    Task("predict", "What transactions see", literal=True),
)

BUY, DELIVER, TRANSFER = "given:buy", "given:deliver", "given:transfer"
WORK, REPORT, NIGHTLY = "given:work", "given:report", "given:nightly"
LOCK = ".with_for_update()"
SKIP = "with_for_update(skip_locked=True)"
LEVEL = "        await session.connection(execution_options=level)\n"
TRY = "func.pg_try_advisory_xact_lock(7, 1)"
ON_CONFLICT = "new.on_conflict_do_update(index_elements=[Product.sku], set_=more)"
COUNT = "        count = await session.scalar(select(func.count(Product.id)))\n"
MARK = "    message.sent_at = func.now()\n"
SENT = f"    await send(message)\n{MARK}    await session.flush()\n"


def buy(*lines: str) -> Rewrite:
    """Another body, which has a `product` after these lines."""
    return Rewrite(
        BUY,
        "async def buy(session, id):\n"
        + "".join(f"    {line}\n" for line in lines)
        + "    if product.stock < 1:\n"
        "        raise OutOfStock(product.name)\n"
        "    product.stock -= 1\n"
        "    await session.flush()\n",
    )


ONE = "True if id == source else None"  # is locked
TWO_LOCKS = """async def transfer(session, source, target, pieces):
    products = {{}}
    for id in {ids}:
        options = {{"with_for_update": {lock}, "populate_existing": True}}
        products[id] = await session.get(Product, id, **options)
    if products[source].stock < pieces:
        raise OutOfStock(products[source].name)
    products[source].stock -= pieces
    products[target].stock += pieces
    await session.flush()
"""

REFERENCES = (
    Reference("as-it-is", "the services as they are"),
    Reference(
        "otherwise",
        "the same services, with other statements",
        code=(
            buy(
                "anew = {'with_for_update': True, 'populate_existing': True}",
                "product = await session.get(Product, id, **anew)",
            ),
            Rewrite(TRANSFER, TWO_LOCKS.format(ids="sorted([source, target])", lock="True")),
            Rewrite(
                REPORT,
                "async def report(sessions):\n"
                "    async with sessions() as session:\n"
                "        both = select(func.count(Product.id), func.sum(Product.stock))\n"
                "        return tuple((await session.execute(both)).one())\n",
            ),
            Patch(DELIVER, "Product.stock + new.excluded.stock", "Product.stock + pieces"),
            Patch(WORK, SENT, f"{MARK}    await send(message)\n    await session.flush()\n"),
            Patch(NIGHTLY, "(7, 1)", "(7, 2)"),
        ),
    ),
)

MEND_MUTANTS = (
    Mutant(
        name="no-lock",
        task="mend",
        bug="Two customers get the last piece: the row is read without a lock.",
        misconception="A transaction keeps others from reading what it is about to change.",
        hints=(
            "In one session there is one transaction, and no race. Who is the second?",
            "race(engine): hold Ann before(COMMIT), let Bob go until_blocked, finish both. "
            "One of two must hear OutOfStock.",
        ),
        killed_by="test_two_pieces_are_sold_twice",
        code=(Patch(BUY, LOCK, ""),),
    ),
    Mutant(
        name="lock-too-late",
        task="mend",
        bug="Two customers get the last piece: it is locked after it was read.",
        misconception="A SELECT overwrites the object that the session has already.",
        hints=(
            "The lock is there, and somebody waits. What does he see then?",
            "Let Bob wait for Ann's commit, and then finish: he must hear OutOfStock.",
        ),
        killed_by="test_two_pieces_are_sold_twice",
        code=(
            buy(
                "product = await session.get(Product, id)",
                "locked = select(Product).where(Product.id == id).with_for_update()",
                "product = await session.scalar(locked)",
            ),
        ),
    ),
    Mutant(
        name="weak-lock",
        task="mend",
        bug="Two customers get the last piece: the lock is one that both may have.",
        misconception="Any FOR … keeps others out.",
        hints=(
            "A lock may be shared. Is this one?",
            "Let both come to the last piece, and count who gets it.",
        ),
        killed_by="test_two_pieces_are_sold_twice",
        code=(Patch(BUY, LOCK, ".with_for_update(read=True, key_share=True)"),),
    ),
    Mutant(
        name="skips-what-is-locked",
        task="mend",
        bug="A customer hears that none is left while another is buying one of two.",
        misconception="SKIP LOCKED is a faster FOR UPDATE.",
        hints=(
            "With two pieces and two customers, who must get one?",
            "Hold Ann before(COMMIT) with two pieces in the stock: Bob waits, and then gets one.",
        ),
        killed_by="test_two_pieces_are_sold_twice",
        code=(
            buy(
                "free = select(Product).where(Product.id == id).with_for_update(skip_locked=True)",
                "product = await session.scalar(free)",
                "if product is None:",
                '    raise OutOfStock("none is free")',
            ),
        ),
    ),
    Mutant(
        name="does-not-wait",
        task="mend",
        bug="A customer gets an error because another one is buying.",
        misconception="NOWAIT keeps customers from waiting.",
        hints=(
            "What should the second customer do while the first is buying?",
            "While Ann is held before(COMMIT), let Bob go until_blocked; then he gets a piece.",
        ),
        killed_by="test_two_pieces_are_sold_twice",
        code=(Patch(BUY, LOCK, ".with_for_update(nowait=True)"),),
    ),
    Mutant(
        name="commits-itself",
        task="mend",
        bug="The piece stays sold when the caller rolls back.",
        misconception="A function that changes something should commit it.",
        hints=(
            "Who decides whether it is kept?",
            "Buy, roll back, and look at the stock in a new session.",
        ),
        killed_by="test_the_caller_decides",
        code=(Patch(BUY, "await session.flush()", "await session.commit()"),),
    ),
)

MEND_TWINS = (
    Twin(
        name="locked-by-sql",
        task="mend",
        of="no-lock",
        summary="a lock by SQL of its own, and then a read",
        code=(
            buy(
                'lock = text("SELECT FROM products WHERE id = :id FOR UPDATE")',
                'await session.execute(lock, {"id": id})',
                "product = await session.get(Product, id, populate_existing=True)",
            ),
        ),
    ),
    Twin(
        name="locked-and-read-anew",
        task="mend",
        of="lock-too-late",
        summary="a lock after the read, and a refresh",
        code=(
            buy(
                "product = await session.get(Product, id)",
                "await session.refresh(product, with_for_update=True)",
            ),
        ),
    ),
    Twin(
        name="strong-enough",
        task="mend",
        of="weak-lock",
        summary="FOR NO KEY UPDATE",
        code=(Patch(BUY, LOCK, ".with_for_update(key_share=True)"),),
    ),
    Twin(
        name="skips-nothing",
        task="mend",
        of="skips-what-is-locked",
        summary="skip_locked=False",
        code=(Patch(BUY, LOCK, ".with_for_update(skip_locked=False, of=Product)"),),
    ),
    Twin(
        name="waits-for-a-minute",
        task="mend",
        of="does-not-wait",
        summary="a lock_timeout that is long enough",
        code=(
            Patch(
                BUY,
                "    product = await",
                "    await session.execute(text(\"SET LOCAL lock_timeout = '60s'\"))\n"
                "    product = await",
            ),
        ),
    ),
    Twin(
        name="in-a-savepoint",
        task="mend",
        of="commits-itself",
        summary="a savepoint around the change, which is released",
        code=(
            Patch(
                BUY,
                "    await session.flush()",
                "    async with session.begin_nested():\n        await session.flush()",
            ),
        ),
    ),
)

ROWS_MUTANTS = (
    Mutant(
        name="second-delivery-lost",
        task="rows",
        bug="A delivery of a product that is there already is lost.",
        misconception="ON CONFLICT DO NOTHING handles the conflict.",
        hints=("What becomes of the second delivery?", "Deliver twice, and look at the stock."),
        killed_by="test_deliveries_add_up",
        code=(
            Patch(DELIVER, ON_CONFLICT, "new.on_conflict_do_nothing(index_elements=[Product.sku])"),
        ),
    ),
    Mutant(
        name="second-delivery-replaces",
        task="rows",
        bug="The second delivery replaces the first.",
        misconception="`excluded` is the row that is there.",
        hints=(
            "What should be in the stock after 5 and 3 pieces?",
            "Deliver 5 and then 3 pieces of one product, and look at the stock.",
        ),
        killed_by="test_deliveries_add_up",
        code=(Patch(DELIVER, "Product.stock + new.excluded.stock", "new.excluded.stock"),),
    ),
    Mutant(
        name="looks-first",
        task="rows",
        bug="Of two first deliveries at the same time, one fails.",
        misconception="A row that was not there a moment ago is not there now.",
        hints=(
            "What if neither of two deliveries finds the product?",
            "A race of two deliveries of a new product: hold Ann before(COMMIT), let Bob wait.",
        ),
        killed_by="test_deliveries_add_up",
        code=(
            Rewrite(
                DELIVER,
                "async def deliver(session, sku, pieces):\n"
                "    query = select(Product).where(Product.sku == sku).with_for_update()\n"
                "    product = await session.scalar(query)\n"
                "    if product is None:\n"
                "        product = Product(sku=sku, name=sku, price=1, stock=0)\n"
                "        session.add(product)\n"
                "    product.stock += pieces\n"
                "    await session.flush()\n",
            ),
        ),
    ),
    Mutant(
        name="one-side-locked",
        task="rows",
        bug="Pieces are lost when two transfers to one product come at the same time.",
        misconception="It is enough to lock the row that might run out.",
        hints=(
            "Two rows change. Which of them might another transfer change, too?",
            "A race of two transfers from different products to one: add up the stocks.",
        ),
        killed_by="test_nothing_is_lost_on_the_way",
        code=(Rewrite(TRANSFER, TWO_LOCKS.format(ids="(source, target)", lock=ONE)),),
    ),
    Mutant(
        name="locked-as-named",
        task="rows",
        bug="Two transfers in opposite directions wait for each other.",
        misconception="Locks that are all taken in the end may be taken in any order.",
        hints=(
            "Which of the two products is locked first?",
            "Hold a lock on the product with the lower id, let transfer(high, low) wait for it, "
            "and try to lock the higher one with nowait=True.",
        ),
        killed_by="test_who_waits_holds_nothing_higher",
        code=(Rewrite(TRANSFER, TWO_LOCKS.format(ids="(source, target)", lock="True")),),
    ),
)

ROWS_TWINS = (
    Twin(
        name="do-nothing-and-then-add",
        task="rows",
        of="second-delivery-lost",
        summary="DO NOTHING with no pieces, and then an UPDATE",
        code=(
            Rewrite(
                DELIVER,
                "async def deliver(session, sku, pieces):\n"
                "    new = insert(Product).values(sku=sku, name=sku, price=1, stock=0)\n"
                '    new = new.on_conflict_do_nothing(index_elements=["sku"])\n'
                "    await session.execute(new)\n"
                "    there = update(Product).where(Product.sku == sku)\n"
                "    await session.execute(there.values(stock=Product.stock + pieces))\n",
            ),
        ),
    ),
    Twin(
        name="added-the-other-way",
        task="rows",
        of="second-delivery-replaces",
        summary="the same sum, the other way round",
        code=(
            Patch(
                DELIVER, "Product.stock + new.excluded.stock", "new.excluded.stock + Product.stock"
            ),
        ),
    ),
    Twin(
        name="inserted-in-a-savepoint",
        task="rows",
        of="looks-first",
        summary="an INSERT in a savepoint, and an UPDATE if that is refused",
        code=(
            Rewrite(
                DELIVER,
                "async def deliver(session, sku, pieces):\n"
                "    try:\n"
                "        async with session.begin_nested():\n"
                "            session.add(Product(sku=sku, name=sku, price=1, stock=pieces))\n"
                "    except IntegrityError:\n"
                "        there = update(Product).where(Product.sku == sku)\n"
                "        await session.execute(there.values(stock=Product.stock + pieces))\n",
            ),
        ),
    ),
    Twin(
        name="both-locked-by-sql",
        task="rows",
        of="one-side-locked",
        summary="a lock of both by SQL of its own, and UPDATEs by statements",
        code=(
            Rewrite(
                TRANSFER,
                "async def transfer(session, source, target, pieces):\n"
                "    lock = 'SELECT stock FROM products WHERE id = :id FOR UPDATE'\n"
                "    left = {}\n"
                "    for id in sorted([source, target]):\n"
                "        left[id] = await session.scalar(text(lock), {'id': id})\n"
                "    if left[source] < pieces:\n"
                '        raise OutOfStock("too few are left")\n'
                "    for id, more in ((target, pieces), (source, -pieces)):\n"
                "        changed = update(Product).where(Product.id == id)\n"
                "        await session.execute(changed.values(stock=Product.stock + more))\n",
            ),
        ),
    ),
    Twin(
        name="locked-by-min-and-max",
        task="rows",
        of="locked-as-named",
        summary="two locks, the lower id first",
        code=(
            Rewrite(
                TRANSFER,
                TWO_LOCKS.format(ids="(min(source, target), max(source, target))", lock="True"),
            ),
        ),
    ),
)

WAITS_MUTANTS = (
    Mutant(
        name="sent-twice",
        task="waits",
        bug="Two workers send the same message.",
        misconception="What one worker has read, the next one does not find.",
        hints=(
            "When is a message marked, and what does another worker see before that?",
            "Hold Ann in the function that she sends with (await point), and let Bob finish.",
        ),
        killed_by="test_two_workers_take_two_messages",
        code=(Patch(WORK, f".{SKIP}", ""),),
    ),
    Mutant(
        name="one-after-the-other",
        task="waits",
        bug="The second worker waits until the first has sent its message.",
        misconception="FOR UPDATE gives each worker a row of its own.",
        hints=(
            "May the second worker wait?",
            "Hold Ann while she sends. Bob must be able to finish.",
        ),
        killed_by="test_two_workers_take_two_messages",
        code=(Patch(WORK, SKIP, "with_for_update()"),),
    ),
    Mutant(
        name="marked-before",
        task="waits",
        bug="A message that could not be sent is marked as sent.",
        misconception="Marking first keeps a message from being sent twice, and has no price.",
        hints=(
            "What if `send` raises?",
            "Let `send` raise, roll back, and work once more: the message must come again.",
        ),
        killed_by="test_what_was_not_sent_is_taken_again",
        code=(
            Patch(
                WORK,
                SENT,
                f"{MARK}    await session.commit()\n    await send(message)\n",
            ),
        ),
    ),
    Mutant(
        name="two-moments",
        task="waits",
        bug="A product that comes while a report is made is in one of its numbers.",
        misconception="All queries of a transaction see the same.",
        hints=(
            "What if a product is added between the two queries?",
            "Hold the report after its first query, add a product, commit, and let it finish.",
        ),
        killed_by="test_a_report_is_of_one_moment",
        code=(Patch(REPORT, "REPEATABLE READ", "READ COMMITTED"),),
    ),
    Mutant(
        name="level-too-late",
        task="waits",
        bug="The level is set after the first query, and so is not set.",
        misconception="A transaction's level can be set at any time before it matters.",
        hints=(
            "When does a transaction get its level?",
            "Hold the report after its first query, add a product, commit, and let it finish.",
        ),
        killed_by="test_a_report_is_of_one_moment",
        code=(Patch(REPORT, LEVEL + COUNT, COUNT + LEVEL),),
    ),
    Mutant(
        name="released-early",
        task="waits",
        bug="The job runs twice at the same time: its lock is given back before it runs.",
        misconception="A commit before a long job keeps the transaction short, and has no price.",
        hints=(
            "How long is the lock held?",
            "Hold Ann in the job itself (await point). Bob must finish at once, and say False.",
        ),
        killed_by="test_one_runs_the_job",
        code=(Patch(NIGHTLY, "    await job()", "    await session.commit()\n    await job()"),),
    ),
    Mutant(
        name="job-waits",
        task="waits",
        bug="The second transaction waits, and then runs the job once more.",
        misconception="Whoever waits for a lock needs not ask what has happened meanwhile.",
        hints=(
            "May the second one wait?",
            "Hold Ann in the job. Bob must finish at once, and say False.",
        ),
        killed_by="test_one_runs_the_job",
        code=(
            Patch(
                NIGHTLY,
                f"not await session.scalar(select({TRY}))",
                "await session.scalar(select(func.pg_advisory_xact_lock(7, 4))) == 0",
            ),
        ),
    ),
)

WAITS_TWINS = (
    Twin(
        name="taken-by-update",
        task="waits",
        of="sent-twice",
        summary="an UPDATE of the message that a subquery has locked",
        code=(
            Rewrite(
                WORK,
                "async def work(session, send):\n"
                "    free = select(OutboxMessage.id).where(OutboxMessage.sent_at.is_(None))\n"
                "    free = free.order_by(OutboxMessage.id).limit(1)\n"
                "    free = free.with_for_update(skip_locked=True).scalar_subquery()\n"
                "    taken = update(OutboxMessage).where(OutboxMessage.id == free)\n"
                "    taken = taken.values(sent_at=func.now()).returning(OutboxMessage)\n"
                "    options = {'synchronize_session': False}\n"
                "    message = await session.scalar(taken, execution_options=options)\n"
                "    if message is None:\n"
                "        return False\n"
                "    await send(message)\n"
                "    return True\n",
            ),
        ),
    ),
    Twin(
        name="skips-of-one-table",
        task="waits",
        of="one-after-the-other",
        summary="FOR UPDATE OF outbox SKIP LOCKED",
        code=(Patch(WORK, SKIP, "with_for_update(of=OutboxMessage, skip_locked=True)"),),
    ),
    Twin(
        name="marked-before-and-not-committed",
        task="waits",
        of="marked-before",
        summary="a message that is marked first, in the same transaction",
        code=(
            Patch(
                WORK,
                SENT,
                f"{MARK}    await session.flush()\n    await send(message)\n",
            ),
        ),
    ),
    Twin(
        name="serializable-report",
        task="waits",
        of="two-moments",
        summary="SERIALIZABLE instead of REPEATABLE READ",
        code=(Patch(REPORT, "REPEATABLE READ", "SERIALIZABLE"),),
    ),
    Twin(
        name="level-by-sql",
        task="waits",
        of="level-too-late",
        summary="SET TRANSACTION as the first statement",
        code=(
            Patch(
                REPORT,
                LEVEL,
                '        level = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"\n'
                "        await session.execute(text(level))\n",
            ),
        ),
    ),
    Twin(
        name="another-number",
        task="waits",
        of="released-early",
        summary="one number instead of two",
        code=(Patch(NIGHTLY, "(7, 1)", "(70_001)"),),
    ),
    Twin(
        name="asked-otherwise",
        task="waits",
        of="job-waits",
        summary="the same question, asked with `is False`",
        code=(
            Patch(
                NIGHTLY,
                f"not await session.scalar(select({TRY}))",
                f"(await session.scalar(select({TRY}))) is False",
            ),
        ),
    ),
)

GIVES_UP = "error.orig.sqlstate not in CONFLICTS or left == 0"
HEAD = """CONFLICTS = {"40001", "40P01"}


async def retrying(sessions, work, tries=3):
"""

AGAIN_MUTANTS = (
    Mutant(
        name="same-session",
        task="again",
        bug="The second try is made in the transaction that has failed.",
        misconception="To try again is to call the function again.",
        hints=("What does the server say in an aborted transaction?",),
        killed_by="test_it_tries_again",
        answer=HEAD
        + """    async with sessions() as session:
        for left in reversed(range(tries)):
            try:
                result = await work(session)
                await session.commit()
                return result
            except DBAPIError as error:
                if error.orig.sqlstate not in CONFLICTS or left == 0:
                    raise
""",
    ),
    Mutant(
        name="not-committed",
        task="again",
        bug="What work did is not committed.",
        misconception="A session commits when it is closed.",
        hints=("Who commits?",),
        killed_by="test_it_does_the_work",
        edits=(("                await session.commit()\n", ""),),
    ),
    Mutant(
        name="nothing-returned",
        task="again",
        bug="It returns nothing.",
        misconception="What counts is that the work is done.",
        hints=("What does it return?",),
        killed_by="test_it_does_the_work",
        edits=(("                return result\n", "                return\n"),),
    ),
    Mutant(
        name="deadlock-is-raised",
        task="again",
        bug="After a deadlock it does not try again.",
        misconception="A deadlock is a bug, and not a conflict.",
        hints=("There are two SQLSTATEs.",),
        killed_by="test_it_tries_again",
        edits=(('{"40001", "40P01"}', '{"40001"}'),),
    ),
    Mutant(
        name="for-ever",
        task="again",
        bug="It never gives up.",
        misconception="A conflict goes away in the end.",
        hints=("How often may it try?",),
        killed_by="test_it_counts_its_tries",
        answer=HEAD
        + """    while True:
        try:
            async with sessions.begin() as session:
                return await work(session)
        except DBAPIError as error:
            if error.orig.sqlstate not in CONFLICTS:
                raise
""",
    ),
    Mutant(
        name="one-more",
        task="again",
        bug="It makes one try more than it may.",
        misconception="Three retries are three tries.",
        hints=("Three tries are two retries.",),
        killed_by="test_it_counts_its_tries",
        edits=(("reversed(range(tries))", "reversed(range(tries + 1))"),),
    ),
    Mutant(
        name="swallowed",
        task="again",
        bug="When it gives up, nobody hears of it.",
        misconception="A loop that has ended has done its work.",
        hints=("What does the caller hear, after the last try?",),
        killed_by="test_it_raises_the_last_error",
        edits=((" or left == 0", ""),),
    ),
    Mutant(
        name="another-error",
        task="again",
        bug="When it gives up, it raises an error of its own that has no SQLSTATE.",
        misconception="The caller does not need the database's error.",
        hints=("Which error does the caller get?",),
        killed_by="test_it_raises_the_last_error",
        edits=(
            (
                "                raise\n",
                "                if left:\n                    raise\n"
                '                raise RuntimeError("gave up") from error\n',
            ),
        ),
    ),
    Mutant(
        name="every-error",
        task="again",
        bug="It tries again after every error of the database.",
        misconception="A DBAPIError is a conflict.",
        hints=("Which errors does a second try make better?",),
        killed_by="test_a_mistake_is_raised_at_once",
        edits=((GIVES_UP, "left == 0"),),
    ),
    Mutant(
        name="commit-outside",
        task="again",
        bug="A COMMIT that is refused is not tried again.",
        misconception="When all statements have worked, the commit works.",
        hints=("What is inside of `try`?",),
        killed_by="test_a_refused_commit",
        answer=HEAD
        + """    for left in reversed(range(tries)):
        async with sessions() as session:
            try:
                result = await work(session)
            except DBAPIError as error:
                if error.orig.sqlstate not in CONFLICTS or left == 0:
                    raise
                continue
            await session.commit()
            return result
""",
    ),
    Mutant(
        name="in-a-savepoint-again",
        task="again",
        bug="The next try sees what the failed one saw, and fails as well.",
        misconception="A savepoint is as good as a new transaction.",
        hints=("Which moment does the second try see?",),
        killed_by="test_nothing_stays",
        answer=HEAD
        + """    async with sessions.begin() as session:
        for left in reversed(range(tries)):
            try:
                async with session.begin_nested():
                    return await work(session)
            except DBAPIError as error:
                if error.orig.sqlstate not in CONFLICTS or left == 0:
                    raise
""",
    ),
)

AGAIN_TWINS = (
    Twin(
        name="rolled-back-session",
        task="again",
        of="same-session",
        summary="one session, rolled back after each try",
        answer=HEAD
        + """    async with sessions() as session:
        for number in range(1, tries + 1):
            try:
                result = await work(session)
                await session.commit()
            except DBAPIError as error:
                await session.rollback()
                if number == tries or error.orig.sqlstate not in CONFLICTS:
                    raise
            else:
                return result
""",
    ),
    Twin(
        name="begin",
        task="again",
        of="for-ever",
        summary="sessions.begin(), and a loop that counts",
        answer=HEAD
        + """    tried = 0
    while True:
        tried += 1
        try:
            async with sessions.begin() as session:
                return await work(session)
        except DBAPIError as error:
            if tried >= tries or error.orig.sqlstate not in CONFLICTS:
                raise
""",
    ),
)

AGAIN_PROBES = (
    Probe(
        test="test_it_does_the_work",
        task="again",
        promise="It returns what work returns, and what work did is committed.",
        hints=(
            "Does anything commit?",
            "`async with sessions.begin() as session: return await work(session)` does both.",
        ),
    ),
    Probe(
        test="test_it_tries_again",
        task="again",
        promise="After a serialization failure it tries again, and again after a deadlock.",
        hints=(
            "Is the second try made in a new transaction?",
            "Open the session inside of the loop, and look at error.orig.sqlstate.",
        ),
    ),
    Probe(
        test="test_it_counts_its_tries",
        task="again",
        promise="It makes as many tries as it may, and not one more.",
        hints=("Count the tries, not the retries.", "for left in reversed(range(tries))"),
    ),
    Probe(
        test="test_it_raises_the_last_error",
        task="again",
        promise="When it gives up, it raises the last error.",
        hints=(
            "What happens after the last try?",
            "A plain `raise` in the `except`, when no try is left.",
        ),
    ),
    Probe(
        test="test_a_mistake_is_raised_at_once",
        task="again",
        promise="Any other error is raised at once, after one try.",
        hints=(
            "Is an IntegrityError a DBAPIError?",
            "Raise unless the SQLSTATE is one of the two.",
        ),
    ),
    Probe(
        test="test_a_refused_commit",
        task="again",
        promise="A COMMIT that is refused is tried again as well.",
        hints=("What is inside of `try`?", "Let the commit be inside of `try`, with the work."),
    ),
    Probe(
        test="test_nothing_stays",
        task="again",
        promise="Nothing of a failed try stays, and the next one sees what others have committed.",
        hints=(
            "Which moment does the next try see?",
            "A transaction at REPEATABLE READ sees one moment, whatever savepoints it has.",
        ),
    ),
)

SOLUTION = {
    "looked_at_late": ("7", "10"),
    "looked_at_another": ("10", "7"),
    "overwritten": ("9", '"40001"'),
    "both_are_emptied": ('"40001"', "(0, 0)"),
    "found_free": ("1", "2"),
}
BELIEVED = {
    "looked_at_late": "The moment that a transaction sees is that of its BEGIN.",
    "looked_at_another": "A snapshot is of the rows that were read.",
    "overwritten": "A transaction that is about to lose an update is refused at any level.",
    "both_are_emptied": "Transactions that change different rows don't conflict.",
    "found_free": "A lock of one row is of no concern to a query for all.",
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
        of="predicted-overwritten",
        summary="the same predictions, written with dict()",
        answer="PREDICTED = dict("
        + ", ".join(f"{name}={right}" for name, (right, _) in SOLUTION.items())
        + ")\n",
    ),
)
PREDICT_PROBES = (
    Probe(
        test="test_looked_at_late",
        task="predict",
        promise="looked_at_late: a first query that comes after a commit.",
        hints=(
            "When is the snapshot taken?",
            "With the first query, not with BEGIN.",
        ),
    ),
    Probe(
        test="test_looked_at_another",
        task="predict",
        promise="looked_at_another: a product that was not read before.",
        hints=(
            "Of what is a snapshot?",
            "Of the whole database, at the moment of the first query.",
        ),
    ),
    Probe(
        test="test_overwritten",
        task="predict",
        promise="overwritten: what was read is written back, less one.",
        hints=(
            "Does READ COMMITTED remember what was read?",
            "It does not. The update of the other one is lost.",
        ),
    ),
    Probe(
        test="test_both_are_emptied",
        task="predict",
        promise="both_are_emptied: two that change different rows.",
        hints=(
            "Could one have run after the other, with this outcome?",
            "No order gives it, so the second COMMIT is refused.",
        ),
    ),
    Probe(
        test="test_found_free",
        task="predict",
        promise="found_free: a query that skips what is locked.",
        hints=("What does SKIP LOCKED do with a locked row?", "It acts as if it were not there."),
    ),
)

VARIANTS = Variants(
    tasks=TASKS,
    references=REFERENCES,
    twins=MEND_TWINS + ROWS_TWINS + WAITS_TWINS + AGAIN_TWINS + PREDICT_TWINS,
    mutants=MEND_MUTANTS + ROWS_MUTANTS + WAITS_MUTANTS + AGAIN_MUTANTS + PREDICT_MUTANTS,
    probes=AGAIN_PROBES + PREDICT_PROBES,
)
