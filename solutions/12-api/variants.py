"""The API, the tests and the answers of this assignment: correct ones, and such with a bug."""

from nomocks.mutation.code import Patch, Rewrite, SwapModule
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
    Task("fixture", "A client that leaves nothing behind"),
    Task("auth", "Tests that let everybody in"),
    Task("answers", "What the API answers"),
    Task("pay", "A provider that is silent"),
    Task("predict", "What an application does", literal=True),
)

REFERENCES = (
    Reference("as-it-is", "the shop as it is"),
    Reference(
        "otherwise",
        "the same shop, with its services written otherwise",
        code=tuple(
            SwapModule(f"shop.services.{name}", f"shop.otherwise.{name}")
            for name in ("users", "catalogue", "orders", "payments")
        ),
    ),
)

WHO = "shop.api.dependencies:logged_in"
ADMINISTRATOR = "shop.api.dependencies:administrator"
TOKENS = "shop.api.tokens:user_id_of"
REQUIRED = '"require": ["sub", "exp"]'
LOG_IN = "shop.api.accounts:log_in"
NOBODY = "if user is None:"
REGISTER = "shop.api.accounts:register"
REGISTERED = "return await users.register(session, **new.model_dump())"
REFUSE = "shop.api.app:refuse"
TOLD = '("type", "loc", "msg")'


def unknown_address(code: int, text: str) -> str:
    """Look the address up when a login has failed, and answer by itself if there is none."""
    return (
        "if user is None and not await session.scalar(\n"
        "        User.__table__.select().where(User.email == users.normalized(form.username))\n"
        f'    ):\n        raise HTTPException({code}, "{text}", {{"WWW-Authenticate": "Bearer"}})\n'
        f"    {NOBODY}"
    )


def registered_by_hand(more: str) -> str:
    """The answer to a registration, written by hand."""
    return (
        "from fastapi.responses import JSONResponse\n"
        "    user = await users.register(session, **new.model_dump())\n"
        '    told = UserOut.model_validate(user).model_dump(mode="json")\n'
        f"    return JSONResponse(told{more}, 201)"
    )


AUTH_MUTANTS = (
    Mutant(
        name="suspended-gets-in",
        task="auth",
        bug="The token of a suspended user goes on opening everything.",
        misconception="Who has a valid token may come in until it expires.",
        hints=(
            "When does a test notice that the user is looked up at each request?",
            "Let auth_client ask for /me, suspend the user by an UPDATE, and ask again.",
        ),
        killed_by="test_only_valid_tokens_open",
        code=(Patch(WHO, " or user.suspended_at", ""),),
    ),
    Mutant(
        name="expired-token",
        task="auth",
        bug="A token that has expired still opens.",
        misconception="That tokens expire is the library's business.",
        hints=(
            "With which token would a test notice?",
            "Make one by jwt.encode with the shop's key, whose exp was yesterday: /me gives 401.",
        ),
        killed_by="test_only_valid_tokens_open",
        code=(Patch(TOKENS, REQUIRED, f'{REQUIRED}, "verify_exp": False'),),
    ),
    Mutant(
        name="any-signature",
        task="auth",
        bug="A token opens, whoever has signed it.",
        misconception="A token that can be read is a token of ours.",
        hints=(
            "Nonsense is refused by whoever can't read it. What about a token that is well made?",
            "Make one by jwt.encode with another key of 32 characters: /me gives 401.",
        ),
        killed_by="test_only_valid_tokens_open",
        code=(Patch(TOKENS, REQUIRED, f'{REQUIRED}, "verify_signature": False'),),
    ),
    Mutant(
        name="everyone-administers",
        task="auth",
        bug="Everyone who is logged in is an administrator.",
        misconception="An admin's test that passes shows that the role is checked.",
        hints=(
            "Who is refused, apart from strangers?",
            "Let auth_client, a customer's, ask for /admin/users: 403.",
        ),
        killed_by="test_a_customer_is_no_administrator",
        code=(Patch(ADMINISTRATOR, "user.role is not Role.ADMIN", "user.role is None"),),
    ),
    Mutant(
        name="address-told",
        task="auth",
        bug="A login tells whether an address has registered.",
        misconception="A precise message is a service to the customer.",
        hints=(
            "Two logins can fail for two reasons. Do they get the same answer?",
            "Register ADA. Compare a login with a wrong password and one with another address, "
            "status and body.",
        ),
        killed_by="test_a_login_tells_nothing",
        code=(Patch(LOG_IN, NOBODY, unknown_address(404, "There is no such user.")),),
    ),
    Mutant(
        name="hash-in-the-answer",
        task="auth",
        bug="The answer to a registration holds the hash of the password.",
        misconception="A hash is no secret.",
        hints=(
            "Which fields may the answer have? A refused registration does not show it.",
            "Register ADA, and compare the whole body with the six fields of the promise.",
        ),
        killed_by="test_a_registration_answers_all_but_the_password",
        code=(
            Patch(
                REGISTER,
                REGISTERED,
                registered_by_hand(' | {"password_hash": user.password_hash}'),
            ),
        ),
    ),
    Mutant(
        name="password-in-the-refusal",
        task="auth",
        bug="A registration that is refused repeats the password that was sent.",
        misconception="What the client has sent may be sent back.",
        hints=(
            "A 422 says what was wrong. Where does the input stand in it?",
            'Register with the password "secret", which is too short, and look for it in '
            "answer.text.",
        ),
        killed_by="test_a_refusal_does_not_repeat_the_password",
        code=(Patch(REFUSE, TOLD, '("type", "loc", "msg", "input")'),),
    ),
)

AUTH_TWINS = (
    Twin(
        name="suspended-by-is-not-none",
        task="auth",
        of="suspended-gets-in",
        summary="the time of the suspension compared with None",
        code=(Patch(WHO, "or user.suspended_at", "or user.suspended_at is not None"),),
    ),
    Twin(
        name="expiry-asked-for",
        task="auth",
        of="expired-token",
        summary="that tokens expire is said explicitly",
        code=(Patch(TOKENS, REQUIRED, f'{REQUIRED}, "verify_exp": True'),),
    ),
    Twin(
        name="signature-asked-for",
        task="auth",
        of="any-signature",
        summary="that signatures count is said explicitly",
        code=(Patch(TOKENS, REQUIRED, f'{REQUIRED}, "verify_signature": True'),),
    ),
    Twin(
        name="role-by-not-equal",
        task="auth",
        of="everyone-administers",
        summary="!= in place of `is not`",
        code=(Patch(ADMINISTRATOR, "user.role is not Role.ADMIN", "user.role != Role.ADMIN"),),
    ),
    Twin(
        name="address-looked-up",
        task="auth",
        of="address-told",
        summary="a look for the address that tells nothing",
        code=(
            Patch(
                LOG_IN,
                NOBODY,
                unknown_address(
                    401, "The email or the password is wrong, or the account is not active."
                ),
            ),
        ),
    ),
    Twin(
        name="answer-by-hand",
        task="auth",
        of="hash-in-the-answer",
        summary="an answer made by hand, without the hash",
        code=(Patch(REGISTER, REGISTERED, registered_by_hand("")),),
    ),
    Twin(
        name="refusal-in-another-order",
        task="auth",
        of="password-in-the-refusal",
        summary="the same three entries in another order",
        code=(Patch(REFUSE, TOLD, '("loc", "msg", "type")'),),
    ),
)

GET_SESSION = "shop.api.dependencies:get_session"
COMMIT = "        yield session\n        await session.commit()"
COMMIT_AT_THE_END = (
    "        try:\n            yield session\n        finally:\n            await session.commit()"
)
ROLL_BACK = (
    "        try:\n            yield session\n        except BaseException:\n"
    "            await session.rollback()\n            raise\n        await session.commit()"
)
ENDPOINT = "shop.api.orders:place_order"
PLACED = "return with_items(await orders.place_order(session, user_id=user.id, lines=lines))"
OWN_ORDER = "shop.api.dependencies:own_order"
NOT_MINE = "if order is None or order.user_id != user.id:"
NO_ORDER = 'raise NotFound(f"There is no order {id}.")'
PRODUCT_ERRORS = "shop.services.catalogue:product_errors"
ADDED = "shop.services.stock:added_together"

# What there is enough of is taken, and written, before the rest is looked at. That is right as
# long as an error rolls it back.
TAKES_FIRST = Rewrite(
    "shop.services.orders:place_order",
    """
    async def place_order(session, *, user_id, lines):
        quantities = added_together(lines)
        products = await lock_products(session, quantities)

        def short(id):
            return id not in products or products[id].stock < quantities[id]

        for id in sorted(quantities, key=short):
            check_stock({one: products[one] for one in {id} & set(products)}, {id: quantities[id]})
            products[id].stock -= quantities[id]
            await session.flush()
        items = [
            OrderItem(product=product, quantity=quantities[id], unit_price=product.price)
            for id, product in products.items()
        ]
        order = Order(user_id=user_id, items=items)
        session.add(order)
        await session.flush()
        session.add(order_message("order.placed", order))
        await session.flush()
        return order
    """,
)


def refused(answer: str) -> str:
    """The endpoint looks after the refusal itself."""
    return (
        "from fastapi import HTTPException\n"
        "    from fastapi.responses import JSONResponse\n"
        "    from shop.errors import OutOfStock\n"
        "    try:\n"
        "        order = await orders.place_order(session, user_id=user.id, lines=lines)\n"
        "    except OutOfStock as error:\n"
        f"        {answer}\n"
        "    return with_items(order)"
    )


ANSWERS_MUTANTS = (
    Mutant(
        name="refusal-returned",
        task="answers",
        bug="An order is refused with a 409, and stock that it took before stays taken.",
        misconception="To return an error is the same as to raise it.",
        hints=(
            "What must not have happened when an order was refused?",
            "Order two products, of which one is sold out, and look at the stock of the other.",
        ),
        killed_by="test_a_refused_order_leaves_nothing",
        code=(
            TAKES_FIRST,
            Patch(ENDPOINT, PLACED, refused('return JSONResponse({"detail": str(error)}, 409)')),
        ),
    ),
    Mutant(
        name="error-commits",
        task="answers",
        bug="A request that ends in an error is committed as far as it came.",
        misconception="What has to happen in any case, a commit for one, belongs in `finally`.",
        hints=(
            "What must not have happened when an order was refused?",
            "Order two products, of which one is sold out, and look at the stock of the other.",
        ),
        killed_by="test_a_refused_order_leaves_nothing",
        code=(TAKES_FIRST, Patch(GET_SESSION, COMMIT, COMMIT_AT_THE_END)),
    ),
    Mutant(
        name="taken-sku-crashes",
        task="answers",
        bug="A SKU that is taken gives a 500 in place of a 409.",
        misconception="A constraint's name is a detail that may change.",
        hints=(
            "Which request runs into a unique constraint?",
            "Let admin_client create the same product twice: 201, then 409.",
        ),
        killed_by="test_a_sku_is_taken_once",
        code=(Patch(PRODUCT_ERRORS, '"uq_products_sku"', '"products_sku_key"'),),
    ),
    Mutant(
        name="another-s-forbidden",
        task="answers",
        bug="Somebody else's order gets a 403, so that anybody learns which orders there are.",
        misconception="403 is the right status for what somebody may not see.",
        hints=(
            "What does a stranger learn from the status?",
            "Ask auth_client for the order of another user, and for one that does not exist: 404 "
            "and 404.",
        ),
        killed_by="test_an_order_of_another_is_not_found",
        code=(
            Patch(
                OWN_ORDER,
                NOT_MINE,
                "if order is not None and order.user_id != user.id:\n"
                '        raise HTTPException(403, "This is not your order.")\n'
                "    if order is None:",
            ),
        ),
    ),
    Mutant(
        name="another-s-shown",
        task="answers",
        bug="Somebody else's order is shown to whoever asks for its id.",
        misconception="Who is logged in may see what there is.",
        hints=(
            "Whose order did your test ask for?",
            "OrderFactory.create_async() makes an order of another user. Ask auth_client for it.",
        ),
        killed_by="test_an_order_of_another_is_not_found",
        code=(Patch(OWN_ORDER, NOT_MINE, "if order is None:"),),
    ),
    Mutant(
        name="empty-order-taken",
        task="answers",
        bug="An order without lines is placed.",
        misconception="A body of the right shape makes sense.",
        hints=(
            "The shape of a body is one thing, its meaning another.",
            'Post {"lines": []}: 422.',
        ),
        killed_by="test_a_refused_order_leaves_nothing",
        code=(Patch(ADDED, "if not lines:", "if lines is None:"),),
    ),
)

ANSWERS_TWINS = (
    Twin(
        name="refusal-raised",
        task="answers",
        of="refusal-returned",
        summary="stock that is taken first, and a refusal that the endpoint raises itself",
        code=(
            TAKES_FIRST,
            Patch(ENDPOINT, PLACED, refused("raise HTTPException(409, str(error)) from error")),
        ),
    ),
    Twin(
        name="error-rolls-back",
        task="answers",
        of="error-commits",
        summary="stock that is taken first, and a rollback that is said explicitly",
        code=(TAKES_FIRST, Patch(GET_SESSION, COMMIT, ROLL_BACK)),
    ),
    Twin(
        name="sku-in-other-words",
        task="answers",
        of="taken-sku-crashes",
        summary="another sentence for a SKU that is taken",
        code=(
            Patch(PRODUCT_ERRORS, "Another product has the SKU {sku}.", "The SKU {sku} is taken."),
        ),
    ),
    Twin(
        name="another-s-in-two-steps",
        task="answers",
        of="another-s-forbidden",
        summary="somebody else's order and none at all looked at one after the other",
        code=(
            Patch(
                OWN_ORDER,
                NOT_MINE,
                "if order is not None and order.user_id != user.id:\n"
                f"        {NO_ORDER}\n"
                "    if order is None:",
            ),
        ),
    ),
    Twin(
        name="another-s-by-not-equal",
        task="answers",
        of="another-s-shown",
        summary="the comparison turned around",
        code=(Patch(OWN_ORDER, NOT_MINE, "if order is None or not order.user_id == user.id:"),),
    ),
    Twin(
        name="no-lines-by-length",
        task="answers",
        of="empty-order-taken",
        summary="the lines counted",
        code=(Patch(ADDED, "if not lines:", "if len(lines) < 1:"),),
    ),
)

CHARGE = "shop.provider:PaymentProvider._ask"
SILENT = 'raise ProviderDown("The payment provider can\'t be reached: try again later.")'
DECLINED = 'raise Declined("The payment was declined.")'
AMOUNT = 'f"{amount:.2f}"'
PAY = "shop.services.payments:pay"
KEY_OF = "shop.services.payments:key_of"
KEY = 'f"payment-{payment.id}"'
FAIL = "await _fail(sessions, payment.id)"
ASK_AGAIN = f"""try:
            response = await self._client.post(
                "/charges",
                json={{"amount": {AMOUNT}, "idempotency_key": f"{{idempotency_key}}-again"}},
            )
        except httpx.RequestError:
            {SILENT} from error"""

PAY_MUTANTS = (
    Mutant(
        name="asked-again-at-once",
        task="pay",
        bug="After a time-out the charge is asked for again at once, with another key.",
        misconception="What failed can be tried again: nothing has happened yet.",
        hints=(
            "How many requests did the provider get, and with which keys?",
            'Let provider["charge"].mock(side_effect=httpx.ReadTimeout), pay twice, and compare '
            "the keys of all calls: there is one key.",
        ),
        killed_by="test_silence_leaves_it_open",
        code=(Patch(CHARGE, f"{SILENT} from error", ASK_AGAIN),),
    ),
    Mutant(
        name="refused-and-paid",
        task="pay",
        bug="An order whose payment was refused is marked paid.",
        misconception="The provider has answered, so the charge went through.",
        hints=(
            "Which answer of the provider is a no?",
            'Let provider["charge"].mock(return_value=httpx.Response(402)): 409, and the order is '
            "pending.",
        ),
        killed_by="test_one_charge_is_refused_and_the_next_succeeds",
        code=(Patch(CHARGE, DECLINED, 'return "declined"'),),
    ),
    Mutant(
        name="silence-is-a-refusal",
        task="pay",
        bug="A time-out is treated as a refusal: the payment has failed, and the next is another.",
        misconception="No answer means no.",
        hints=(
            "What is known after a time-out?",
            "After httpx.ReadTimeout the answer is a 503, and the payment is pending.",
        ),
        killed_by="test_silence_leaves_it_open",
        code=(Patch(CHARGE, f"{SILENT} from error", f"{DECLINED} from error"),),
    ),
    Mutant(
        name="a-key-for-each-try",
        task="pay",
        bug="Each try asks with another key, so that a customer may be charged twice.",
        misconception="A key has to be unique, and a random one is.",
        hints=(
            "What tells the provider that two requests are for one charge?",
            "Pay, get no answer, pay again, and compare the idempotency_key of both requests.",
        ),
        killed_by="test_silence_leaves_it_open",
        code=(Patch(KEY_OF, KEY, '__import__("uuid").uuid4().hex'),),
    ),
    Mutant(
        name="refused-and-pending",
        task="pay",
        bug="A payment that was refused stays pending.",
        misconception="A request that ends in an error leaves nothing to be written.",
        hints=(
            "What is in the table of payments after a refusal?",
            "Let the provider answer 402, and select Payment.status: failed.",
        ),
        killed_by="test_one_charge_is_refused_and_the_next_succeeds",
        code=(Patch(PAY, FAIL, "pass"),),
    ),
    Mutant(
        name="outage-fails-it",
        task="pay",
        bug="The answer to an outage is right, and the payment is marked as failed.",
        misconception="A charge that raises has failed.",
        hints=(
            "The status is one half of the promise. Which is the other?",
            "After httpx.ReadTimeout select Payment.status: pending.",
        ),
        killed_by="test_silence_leaves_it_open",
        code=(Patch(PAY, "except Declined:", "except Exception:"),),
    ),
    Mutant(
        name="charged-in-cents",
        task="pay",
        bug="The provider is asked for a hundred times the amount.",
        misconception="Amounts of money are sent in cents everywhere.",
        hints=(
            "What did the provider get? A charge that succeeds does not say.",
            "Read the JSON of the request, provider.calls.last.request.content: the amount is "
            '"7.50".',
        ),
        killed_by="test_one_charge_is_refused_and_the_next_succeeds",
        code=(Patch(CHARGE, AMOUNT, 'f"{amount * 100:.0f}"'),),
    ),
)

PAY_TWINS = (
    Twin(
        name="given-up-in-a-block",
        task="pay",
        of="asked-again-at-once",
        summary="the client is left alone after a time-out, in more lines",
        code=(
            Patch(
                CHARGE,
                f"{SILENT} from error",
                'told = "The payment provider is silent: try again later."\n'
                "        raise ProviderDown(told) from error",
            ),
        ),
    ),
    Twin(
        name="refused-in-other-words",
        task="pay",
        of="refused-and-paid",
        summary="another sentence for a refusal",
        code=(Patch(CHARGE, "The payment was declined.", "Your bank has said no."),),
    ),
    Twin(
        name="silence-in-other-words",
        task="pay",
        of="silence-is-a-refusal",
        summary="another sentence for a time-out",
        code=(Patch(CHARGE, "can't be reached: try again later.", "has not answered in time."),),
    ),
    Twin(
        name="key-in-other-letters",
        task="pay",
        of="a-key-for-each-try",
        summary="another word before the payment's id",
        code=(Patch(KEY_OF, KEY, 'f"shop-{payment.id}"'),),
    ),
    Twin(
        name="failed-by-comparison",
        task="pay",
        of="refused-and-pending",
        summary="== in place of `is`",
        code=(
            Patch(
                "shop.services.payments:_fail",
                "payment.status is PaymentStatus.PENDING",
                "payment.status == PaymentStatus.PENDING",
            ),
        ),
    ),
    Twin(
        name="only-a-refusal-fails-it",
        task="pay",
        of="outage-fails-it",
        summary="a tuple of one exception",
        code=(Patch(PAY, "except Declined:", "except (Declined,):"),),
    ),
    Twin(
        name="amount-by-format",
        task="pay",
        of="charged-in-cents",
        summary="format() in place of an f-string",
        code=(Patch(CHARGE, AMOUNT, 'format(amount, ".2f")'),),
    ),
)

OVERRIDE = "    shop_app.dependency_overrides[get_sessions] = lambda: sessions\n"
RESTORE = "    shop_app.dependency_overrides = before\n"
STARTED = "    async with shop_app.router.lifespan_context(shop_app):\n"

FIXTURE_PROBES = (
    Probe(
        test="test_a_request_is_answered",
        task="fixture",
        promise="A request is answered in process, and a path is enough as its URL.",
        hints=(
            "What does httpx need to know that a server would have told it?",
            "client_of has the transport and the base_url.",
        ),
    ),
    Probe(
        test="test_it_stores_by_the_sessions",
        task="fixture",
        promise="What the application stores, it stores by the fixture sessions.",
        hints=(
            "Where do all sessions of the application come from?",
            "Override get_sessions by a function without parameters that returns sessions.",
        ),
    ),
    Probe(
        test="test_a_refused_request_is_rolled_back",
        task="fixture",
        promise="Each request ends its own transaction: a refused one is rolled back.",
        hints=(
            "Which dependency decides between commit and rollback? It must not be replaced.",
            "Override get_sessions, and leave get_session alone.",
        ),
    ),
    Probe(
        test="test_overrides_are_taken_back",
        task="fixture",
        promise="After the test the overrides are what they were, also if a test has added one.",
        hints=(
            "What stands behind your yield?",
            "Keep a copy, dict(shop_app.dependency_overrides), and put it back after the yield.",
        ),
    ),
    Probe(
        test="test_overrides_of_others_are_spared",
        task="fixture",
        promise="An override that was there before is in force, and is there afterward.",
        hints=(
            "clear() takes away what others have put there.",
            "Keep a copy, dict(shop_app.dependency_overrides), and put it back after the yield.",
        ),
    ),
    Probe(
        test="test_the_application_is_started",
        task="fixture",
        promise="While the test runs the application has been started; afterward it has ended.",
        hints=(
            "ASGITransport does not run the lifespan.",
            "Put `async with shop_app.router.lifespan_context(shop_app):` around the client.",
        ),
    ),
    Probe(
        test="test_an_error_is_raised_in_the_test",
        task="fixture",
        promise="An error that the application does not expect is raised in the test.",
        hints=(
            "By default a client in process does that. Have you turned it off?",
            "Leave raise_app_exceptions as it is.",
        ),
    ),
)

FIXTURE_MUTANTS = (
    Mutant(
        name="no-base-url",
        task="fixture",
        bug="The client has no base_url.",
        misconception="A client in process needs no host.",
        hints=("A path alone is no URL.",),
        killed_by="test_a_request_is_answered",
        edits=(
            ("client_of(shop_app)", "httpx.AsyncClient(transport=httpx.ASGITransport(shop_app))"),
        ),
    ),
    Mutant(
        name="no-override",
        task="fixture",
        bug="The application works on its own database.",
        misconception="A client in process is isolated from the database by itself.",
        hints=("Whose sessions does the application use?",),
        killed_by="test_it_stores_by_the_sessions",
        edits=((OVERRIDE, ""),),
    ),
    Mutant(
        name="one-session-for-all",
        task="fixture",
        bug="All requests share one session, which nobody commits or rolls back.",
        misconception="The test must have the application's own session, to see what it does.",
        hints=("Which code does your override take out of the application?",),
        killed_by="test_a_refused_request_is_rolled_back",
        edits=(
            ("visitor(shop_app, sessions)", "visitor(shop_app, session)"),
            ("[get_sessions] = lambda: sessions", "[get_session] = lambda: session"),
        ),
    ),
    Mutant(
        name="never-taken-back",
        task="fixture",
        bug="The override stays.",
        misconception="Each test has an application of its own.",
        hints=("The application is one object for the whole process.",),
        killed_by="test_overrides_are_taken_back",
        edits=((RESTORE, ""),),
    ),
    Mutant(
        name="only-its-own-taken-back",
        task="fixture",
        bug="An override that the test itself has added stays.",
        misconception="A fixture takes back what it has done itself, and no more.",
        hints=("What if a test adds an override?",),
        killed_by="test_overrides_are_taken_back",
        edits=((RESTORE, "    del shop_app.dependency_overrides[get_sessions]\n"),),
    ),
    Mutant(
        name="all-cleared",
        task="fixture",
        bug="Overrides that others have made are gone after the test.",
        misconception="dependency_overrides is empty before a test.",
        hints=("Who else may have put something there?",),
        killed_by="test_overrides_of_others_are_spared",
        edits=((RESTORE, "    shop_app.dependency_overrides.clear()\n"),),
    ),
    Mutant(
        name="all-replaced",
        task="fixture",
        bug="Overrides that others have made are not in force in the test.",
        misconception="dependency_overrides is empty before a test.",
        hints=("Who else may have put something there?",),
        killed_by="test_overrides_of_others_are_spared",
        edits=(
            (OVERRIDE, "    shop_app.dependency_overrides = {get_sessions: lambda: sessions}\n"),
        ),
    ),
    Mutant(
        name="never-started",
        task="fixture",
        bug="The application is never started.",
        misconception="The first request starts the application.",
        hints=("ASGITransport does not run the lifespan.",),
        killed_by="test_the_application_is_started",
        edits=((STARTED, "    if True:\n"),),
    ),
    Mutant(
        name="never-ended",
        task="fixture",
        bug="The application is started and never ended.",
        misconception="What ends with the process needs no end.",
        hints=("What is open after the test?",),
        killed_by="test_the_application_is_started",
        edits=(
            (
                STARTED,
                "    await shop_app.router.lifespan_context(shop_app).__aenter__()\n    if True:\n",
            ),
        ),
    ),
    Mutant(
        name="errors-swallowed",
        task="fixture",
        bug="An error of the application is a 500, and its traceback is lost.",
        misconception="A test should see what a user sees.",
        hints=("What would you rather see in a test, a 500 or the exception?",),
        killed_by="test_an_error_is_raised_in_the_test",
        edits=(("client_of(shop_app)", "client_of(shop_app, raise_app_exceptions=False)"),),
    ),
)

FIXTURE_TWINS = (
    Twin(
        name="by-monkeypatch",
        task="fixture",
        of="never-taken-back",
        summary="the whole dict exchanged by monkeypatch",
        answer="""
@pytest.fixture
async def visitor(shop_app, sessions, monkeypatch):
    overrides = shop_app.dependency_overrides | {get_sessions: lambda: sessions}
    monkeypatch.setattr(shop_app, "dependency_overrides", overrides)
    async with shop_app.router.lifespan_context(shop_app), client_of(shop_app) as client:
        yield client
""",
    ),
    Twin(
        name="by-two-fixtures",
        task="fixture",
        of="all-cleared",
        summary="a fixture for the overrides, and one for the client",
        answer="""
@pytest.fixture
def overrides(shop_app):
    before = shop_app.dependency_overrides.copy()
    yield shop_app.dependency_overrides
    shop_app.dependency_overrides.clear()
    shop_app.dependency_overrides.update(before)


@pytest.fixture
async def started(shop_app):
    async with shop_app.router.lifespan_context(shop_app):
        yield shop_app


@pytest.fixture
async def visitor(started, overrides, sessions):
    overrides[get_sessions] = lambda: sessions
    transport = httpx.ASGITransport(app=started)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        yield client
""",
    ),
)

PREDICT_PROBES = (
    Probe(
        test="test_nobody_commits",
        task="predict",
        promise="nobody_commits: the status and the users, where no commit follows a flush.",
        hints=(
            "What becomes of a session that is closed without a commit?",
            "It is rolled back, and the answer knows nothing of it: 201, and no user.",
        ),
    ),
    Probe(
        test="test_returned",
        task="predict",
        promise="returned: the status and the users, where an error is returned.",
        hints=(
            "Does get_session learn that something went wrong?",
            "To return is no exception, so it commits: 409, and one user.",
        ),
    ),
    Probe(
        test="test_too_long",
        task="predict",
        promise="too_long: the status, where the database refuses at the commit.",
        hints=(
            "When does a dependency with yield go on, by FastAPI's default?",
            "After the answer, which was a 201.",
        ),
    ),
    Probe(
        test="test_mocked",
        task="predict",
        promise="mocked: the status, where a mock stands for a dependency.",
        hints=(
            "FastAPI reads the signature of an override.",
            "A mock has the parameters args and kwargs, which the request lacks: 422.",
        ),
    ),
    Probe(
        test="test_halfway",
        task="predict",
        promise="halfway: the status of a stream that breaks.",
        hints=(
            "When is a status sent?",
            "Before the first piece: 200.",
        ),
    ),
)

WRONG_PREDICTIONS = (
    wrong_prediction(
        "flushed-is-stored", "nobody_commits", "(201, 0)", "(201, 1)", "A flush stores a row."
    ),
    wrong_prediction(
        "a-status-rolls-back", "returned", "(409, 1)", "(409, 0)", "A status of 400 rolls back."
    ),
    wrong_prediction(
        "the-commit-is-waited-for",
        "too_long",
        "201",
        "500",
        "The answer is sent after the dependency has ended.",
    ),
    wrong_prediction(
        "a-mock-stands-for-anything", "mocked", "422", "200", "A mock can replace any function."
    ),
    wrong_prediction(
        "a-broken-stream-is-a-500", "halfway", "200", "500", "An error gives a 500 at any time."
    ),
)

RIGHT_PREDICTIONS = (
    Twin(
        name="by-keyword",
        task="predict",
        of="flushed-is-stored",
        summary="a dictionary made by dict(), with lists",
        answer="""
PREDICTED = dict(
    nobody_commits=[201, 0], returned=[409, 1], too_long=201, mocked=422, halfway=200,
)
""",
    ),
)

VARIANTS = Variants(
    tasks=TASKS,
    references=REFERENCES,
    twins=(*FIXTURE_TWINS, *AUTH_TWINS, *ANSWERS_TWINS, *PAY_TWINS, *RIGHT_PREDICTIONS),
    mutants=(
        *FIXTURE_MUTANTS,
        *AUTH_MUTANTS,
        *ANSWERS_MUTANTS,
        *PAY_MUTANTS,
        *WRONG_PREDICTIONS,
    ),
    probes=(*FIXTURE_PROBES, *PREDICT_PROBES),
)
