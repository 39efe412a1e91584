"""The guards and answers that the tests and the probes of this assignment are run against."""

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
    Task("guard", "The guard"),
    Task("mend", "Three tests to mend"),
    Task("url", "The URL"),
    Task("ready", "The wait"),
    Task("predict", "Predictions", literal=True),
)

UNEQUAL = "if marked != (database, server):"
SAME_PLACE = "if production and place(make_url(production)) == place(make_url(given)):"
GIVEN = 'given = environment.get("TEST_DATABASE_URL", "")'
PORT = "url.port or 5432"


def guard(new: str) -> tuple[Patch, ...]:
    """Another condition under which the guard refuses."""
    return (Patch("given:require_mark", UNEQUAL, new),)


def remove(source: str) -> tuple[Rewrite, ...]:
    return (Rewrite("given:remove_users", source),)


def choice(old: str, new: str) -> tuple[Patch, ...]:
    return (Patch("given:chosen_url", old, new),)


def place(new: str) -> tuple[Patch, ...]:
    """Another idea of where a URL leads to."""
    return (Patch("given:place", '(url.host or "localhost").lower(), url.port or 5432', new),)


REFERENCES = (
    Reference("as-it-is", "the functions and the schema as they are"),
    Reference(
        "otherwise",
        "a column more, and another way to ask where the session is",
        statements=("ALTER TABLE users ADD COLUMN notes text",),
        code=(
            Rewrite(
                "given:here",
                """
                async def here(session):
                    number = select(text("system_identifier::text FROM pg_control_system()"))
                    database = await session.scalar(select(func.current_database()))
                    return database, await session.scalar(number)
                """,
            ),
        ),
    ),
)

GUARD_MUTANTS = (
    Mutant(
        name="unmarked-passes",
        task="guard",
        bug="A database without any mark is let pass.",
        misconception="What has no mark is new and empty, so it can only be for tests.",
        hints=(
            "Production has never heard of your marks.",
            "Call remove_users without put_mark.",
        ),
        killed_by="test_a_database_without_a_mark_is_refused",
        code=guard("if marked and marked != (database, server):"),
    ),
    Mutant(
        name="any-mark-passes",
        task="guard",
        bug="A mark is enough, whatever it names.",
        misconception="A mark can only be where somebody has put it.",
        hints=(
            "Marks travel: with a copy, with a dump.",
            "Put a mark that names a database of another name.",
        ),
        killed_by="test_the_mark_of_another_database_is_refused",
        code=guard("if not marked:"),
    ),
    Mutant(
        name="server-not-looked-at",
        task="guard",
        bug="The mark's server is not looked at.",
        misconception="The name of a database is unique.",
        hints=(
            "Two servers may have a database of one name. How does a mark get to the other?",
            "Put a mark with this database and the number of another server.",
        ),
        killed_by="test_the_mark_of_another_server_is_refused",
        code=guard("if not marked or marked[0] != database:"),
    ),
    Mutant(
        name="database-not-looked-at",
        task="guard",
        bug="The mark's database is not looked at.",
        misconception="A server for tests has only databases for tests.",
        hints=(
            "A copy made beside the original is on the same server.",
            "Put a mark with this server and the name of another database.",
        ),
        killed_by="test_the_mark_of_another_database_is_refused",
        code=guard("if not marked or marked[1] != server:"),
    ),
    Mutant(
        name="copy-passes",
        task="guard",
        bug="A copy passes, if its name begins with that of the original.",
        misconception="A database that is named after one for tests is for tests too.",
        hints=(
            "Which name would you give to a copy of the database shop?",
            "Put a mark whose database is the beginning of this one's name.",
        ),
        killed_by="test_the_mark_of_what_it_was_copied_from_is_refused",
        code=guard("if not marked or not database.startswith(marked[0]) or marked[1] != server:"),
    ),
    Mutant(
        name="only-a-warning",
        task="guard",
        bug="The guard says that it is no database for tests, and goes on.",
        misconception="Whoever runs the tests reads what they print.",
        hints=(
            "What does a refusal have to do, besides saying so?",
            "Expect NotForTests, by pytest.raises.",
        ),
        killed_by="test_a_database_without_a_mark_is_refused",
        code=(Patch("given:require_mark", "raise NotForTests(", "print("),),
    ),
    Mutant(
        name="asks-afterward",
        task="guard",
        bug="The users are deleted first, and then the guard is asked.",
        misconception="An error means that nothing has happened.",
        hints=(
            "Is everybody still there after the refusal?",
            "Store users, expect the refusal, and count the users.",
        ),
        killed_by="test_a_database_without_a_mark_is_refused",
        code=remove(
            """
            async def remove_users(session):
                await session.execute(delete(User))
                await require_mark(session)
            """
        ),
    ),
    Mutant(
        name="nothing-passes",
        task="guard",
        bug="Every database is refused, marked or not.",
        misconception="A number from the database is an int.",
        hints=(
            "A guard that refuses everything is safe, and of no use.",
            "Put the right mark, call remove_users, and count the users.",
        ),
        killed_by="test_a_marked_database_is_emptied",
        code=guard("if marked != (database, int(server)):"),
    ),
    Mutant(
        name="asked-once",
        task="guard",
        bug="Once a session has passed the guard, it is not asked any more.",
        misconception="A database is for tests or it is not, so asking once is enough.",
        hints=(
            "What if the answer changes between two calls?",
            "Put the right mark and pass; then put a wrong one, and expect the refusal.",
        ),
        killed_by="test_each_call_asks_anew",
        code=(
            Rewrite(
                "given:require_mark",
                """
                async def require_mark(session):
                    if not session.info.get("for tests"):
                        if await mark_of(session) != await here(session):
                            raise NotForTests("not marked as one for tests")
                        session.info["for tests"] = True
                """,
            ),
        ),
    ),
)

GUARD_TWINS = (
    Twin(
        name="returns-early",
        task="guard",
        of="nothing-passes",
        summary="the guard written the other way round",
        code=(
            Rewrite(
                "given:require_mark",
                """
                async def require_mark(session):
                    if await here(session) == await mark_of(session):
                        return
                    raise NotForTests("somebody may need this database")
                """,
            ),
        ),
    ),
    Twin(
        name="chosen-then-deleted",
        task="guard",
        of="asks-afterward",
        summary="the users chosen by a subquery",
        code=remove(
            """
            async def remove_users(session):
                await require_mark(session)
                users = select(User.id).scalar_subquery()
                await session.execute(delete(User).where(User.id.in_(users)))
            """
        ),
    ),
    Twin(
        name="unmarked-said",
        task="guard",
        of="unmarked-passes",
        summary="the missing mark as a case of its own",
        code=guard("if marked is None or marked != (database, server):"),
    ),
    Twin(
        name="any-mark-first",
        task="guard",
        of="any-mark-passes",
        summary="the mark first, then what it names",
        code=guard("if not marked or not marked == (database, server):"),
    ),
    Twin(
        name="database-then-server",
        task="guard",
        of="server-not-looked-at",
        summary="the database first, then the server",
        code=guard("if not marked or marked[0] != database or marked[1] != server:"),
    ),
    Twin(
        name="server-then-database",
        task="guard",
        of="database-not-looked-at",
        summary="the server first, then the database",
        code=guard("if not marked or marked[1] != server or marked[0] != database:"),
    ),
    Twin(
        name="beginning-and-all",
        task="guard",
        of="copy-passes",
        summary="the beginning of the name first, and then all of it",
        code=guard(
            "if not marked or not database.startswith(marked[0]) or marked != (database, server):"
        ),
    ),
    Twin(
        name="said-and-refused",
        task="guard",
        of="only-a-warning",
        summary="a refusal that is also printed",
        code=(
            Patch(
                "given:require_mark",
                "raise NotForTests(",
                'print(f"may {database} be lost?")\n        raise NotForTests(',
            ),
        ),
    ),
    Twin(
        name="deletion-taken-back",
        task="guard",
        of="asks-afterward",
        summary="the deletion first, in a savepoint that a refusal takes back",
        code=remove(
            """
            async def remove_users(session):
                async with session.begin_nested():
                    await session.execute(delete(User))
                    await require_mark(session)
            """
        ),
    ),
    Twin(
        name="as-texts",
        task="guard",
        of="nothing-passes",
        summary="the number of the server made a text",
        code=guard("if marked != (database, str(int(server))):"),
    ),
    Twin(
        name="noted-and-asked",
        task="guard",
        of="asked-once",
        summary="that it passed is noted, and it is asked all the same",
        code=(
            Rewrite(
                "given:require_mark",
                """
                async def require_mark(session):
                    session.info["for tests"] = await mark_of(session) == await here(session)
                    if not session.info["for tests"]:
                        raise NotForTests("not marked as one for tests")
                """,
            ),
        ),
    ),
)

MEND_MUTANTS = (
    Mutant(
        name="production-if-missing",
        task="mend",
        bug="Without TEST_DATABASE_URL, production is chosen.",
        misconception="A default keeps the tests running on every machine.",
        hints=(
            "Give it an environment with DATABASE_URL alone.",
            "Expect NotForTests, and not just any exception.",
        ),
        killed_by="test_production_is_not_chosen_when_nothing_is_set",
        code=choice(
            GIVEN,
            'given = environment.get("TEST_DATABASE_URL", environment.get("DATABASE_URL", ""))\n'
            "    environment = {}",
        ),
    ),
    Mutant(
        name="production-if-empty",
        task="mend",
        bug="When TEST_DATABASE_URL is empty, production is chosen.",
        misconception="A variable is set or it is not.",
        hints=(
            "In a CI service, a secret that is not there is an empty text.",
            'Set TEST_DATABASE_URL to "", beside DATABASE_URL.',
        ),
        killed_by="test_production_is_not_chosen_when_nothing_is_said",
        code=choice(
            GIVEN,
            GIVEN
            + '\n    if given == "" and "TEST_DATABASE_URL" in environment:'
            + '\n        return make_url(environment["DATABASE_URL"])',
        ),
    ),
    Mutant(
        name="production-first",
        task="mend",
        bug="With both set, production is chosen.",
        misconception="The application's own setting comes first.",
        hints=(
            "Which of the two databases did it return?",
            "Set both, and compare the whole URL that you get.",
        ),
        killed_by="test_the_database_for_tests_is_chosen",
        code=choice("return make_url(given)", "return make_url(production or given)"),
    ),
    Mutant(
        name="driver-as-given",
        task="mend",
        bug="The URL that is chosen is not one for asyncpg.",
        misconception="A URL that leads to the right database is the right URL.",
        hints=(
            "The database is the right one. By which driver does one get there?",
            "Compare the whole URL that you get, its drivername included.",
        ),
        killed_by="test_the_database_for_tests_is_chosen",
        code=choice('.set(drivername="postgresql+asyncpg")', ""),
    ),
    Mutant(
        name="not-compared",
        task="mend",
        bug="TEST_DATABASE_URL may lead to production.",
        misconception="Nobody sets both variables to the same.",
        hints=(
            "Your test must fail when nothing is raised.",
            "Use pytest.raises(NotForTests) in place of try and except.",
        ),
        killed_by="test_the_same_database_is_refused",
        code=choice(SAME_PLACE, 'if production == "":'),
    ),
    Mutant(
        name="texts-compared",
        task="mend",
        bug="The same database, written otherwise, is not recognized.",
        misconception="Two URLs lead to the same database if they are equal.",
        hints=(
            "Which parts of a URL don't say where it leads to?",
            "Give both the same host and database, and another user or driver.",
        ),
        killed_by="test_the_same_database_is_refused",
        code=choice(SAME_PLACE, "if production == given:"),
    ),
    Mutant(
        name="port-not-filled-in",
        task="mend",
        bug="The same database is not recognized when only one URL says the port.",
        misconception="A URL without a port leads to another place than one with it.",
        hints=(
            "Where does PostgreSQL listen when no port is said?",
            "Give one URL the port 5432, and the other none.",
        ),
        killed_by="test_the_same_database_is_refused",
        code=(Patch("given:place", PORT, "url.port"),),
    ),
    Mutant(
        name="names-compared",
        task="mend",
        bug="A database is refused because one of the same name exists elsewhere.",
        misconception="The name of a database says which one it is.",
        hints=(
            "A guard can also refuse too much.",
            "Choose a database of the same name on another host: it must be taken.",
        ),
        killed_by="test_another_database_of_the_same_name_is_fine",
        code=place('"somewhere", 0'),
    ),
)

MEND_TWINS = (
    Twin(
        name="written-out-and-read-again",
        task="mend",
        of="driver-as-given",
        summary="the URL for asyncpg, written out as a text and read again",
        code=choice(
            'return make_url(given).set(drivername="postgresql+asyncpg")',
            'url = make_url(given).set(drivername="postgresql+asyncpg")\n'
            "    return make_url(url.render_as_string(hide_password=False))",
        ),
    ),
    Twin(
        name="created-anew-for-tests",
        task="mend",
        of="production-first",
        summary="a new URL, created of the parts",
        code=(
            Rewrite(
                "given:chosen_url",
                """
                def chosen_url(environment):
                    if not environment.get("TEST_DATABASE_URL"):
                        raise NotForTests("set TEST_DATABASE_URL")
                    url = make_url(environment["TEST_DATABASE_URL"])
                    if environment.get("DATABASE_URL"):
                        if place(url) == place(make_url(environment["DATABASE_URL"])):
                            raise NotForTests("that is production")
                    return URL.create(
                        "postgresql+asyncpg", url.username, url.password, url.host, url.port,
                        url.database, url.query,
                    )
                """,
            ),
        ),
    ),
    Twin(
        name="place-as-text",
        task="mend",
        of="names-compared",
        summary="where a URL leads to, as one text",
        code=(
            Rewrite(
                "given:place",
                """
                def place(url):
                    host, port = url.host or "localhost", url.port
                    return f"{host.casefold()}:{5432 if port is None else port}/{url.database}"
                """,
            ),
        ),
    ),
    Twin(
        name="missing-is-empty",
        task="mend",
        of="production-if-missing",
        summary="a missing variable made an empty one in another way",
        code=choice(GIVEN, 'given = environment.get("TEST_DATABASE_URL") or ""'),
    ),
    Twin(
        name="empty-said",
        task="mend",
        of="production-if-empty",
        summary="the empty variable as a case of its own",
        code=choice(
            GIVEN,
            GIVEN
            + '\n    if given == "" and "TEST_DATABASE_URL" in environment:'
            + '\n        raise NotForTests("TEST_DATABASE_URL is empty")',
        ),
    ),
    Twin(
        name="production-not-first",
        task="mend",
        of="production-first",
        summary="production after what is given, and so never",
        code=choice("return make_url(given)", "return make_url(given or production)"),
    ),
    Twin(
        name="compared-by-hand",
        task="mend",
        of="not-compared",
        summary="host, port and database compared one by one",
        code=(
            Rewrite(
                "given:chosen_url",
                """
                def chosen_url(environment):
                    urls = [environment.get(f"{prefix}DATABASE_URL") for prefix in ("TEST_", "")]
                    tests, production = [make_url(url) if url else None for url in urls]
                    if tests is None:
                        raise NotForTests("there is no database for tests")
                    ways = [
                        [(url.host or "localhost").lower(), url.port or 5432, url.database]
                        for url in (tests, production) if url is not None
                    ]
                    if ways[1:] == ways[:1]:
                        raise NotForTests("both lead to one database")
                    return tests.set(drivername="postgresql+asyncpg")
                """,
            ),
        ),
    ),
    Twin(
        name="texts-and-places-compared",
        task="mend",
        of="texts-compared",
        summary="the texts first, and then the places",
        code=choice(
            SAME_PLACE,
            "if production == given or production and "
            "place(make_url(production)) == place(make_url(given)):",
        ),
    ),
    Twin(
        name="port-filled-in-otherwise",
        task="mend",
        of="port-not-filled-in",
        summary="the port filled in in another way",
        code=(Patch("given:place", PORT, "url.port or int('5432')"),),
    ),
    Twin(
        name="names-and-the-rest-compared",
        task="mend",
        of="names-compared",
        summary="host and port in another order",
        code=place('url.port or 5432, (url.host or "localhost").lower()'),
    ),
)

PROBES = (
    Probe(
        test="test_the_driver_is_asyncpg",
        task="url",
        promise="The driver is asyncpg, whatever the URL began with.",
        hints=(
            "Three beginnings are to be understood, one of them with a driver in it.",
            "make_url reads all three; set(drivername=…) exchanges what it read.",
        ),
    ),
    Probe(
        test="test_every_part_stays",
        task="url",
        promise="User, password, host, port and database stay, whatever words stand in them.",
        hints=(
            "Does a word of the URL stand in more than one place?",
            "Don't replace text: change the parsed URL by set.",
        ),
    ),
    Probe(
        test="test_special_characters_stay",
        task="url",
        promise="A password with special characters stays what it was.",
        hints=(
            "In the text of a URL, such a password is quoted. Is it so twice now, or not at all?",
            "Don't put the URL together by yourself: return what set returns.",
        ),
    ),
    Probe(
        test="test_sslmode_becomes_ssl",
        task="url",
        promise="The option sslmode becomes ssl.",
        hints=(
            "asyncpg does not know sslmode, and fails.",
            "Make a new dict of url.query, and hand it to set(query=…).",
        ),
    ),
    Probe(
        test="test_other_options_stay",
        task="url",
        promise="Other options stay.",
        hints=(
            "What became of the options that you did not think of?",
            "Change one name in the query, and keep all the rest.",
        ),
    ),
    Probe(
        test="test_it_connects",
        task="url",
        promise="A connection can be made with it.",
        hints=(
            "Does the URL still have its password?",
            "str(url) has *** for the password. Return the URL itself.",
        ),
    ),
    Probe(
        test="test_it_returns_when_the_server_answers",
        task="ready",
        promise="It returns as soon as the server has answered.",
        hints=(
            "How often is a server asked that answers at once, and after how long?",
            "Ask first, and sleep only after an OSError. After an answer, return.",
        ),
    ),
    Probe(
        test="test_it_asks_again_and_sleeps_in_between",
        task="ready",
        promise="After an OSError it asks again, and sleeps a little in between.",
        hints=(
            "Ask in a loop. How often in a second?",
            "asyncio.sleep(0.01) is short for a start, and long for a processor.",
        ),
    ),
    Probe(
        test="test_it_ends_at_the_limit",
        task="ready",
        promise="It raises TimeoutError at the limit, also when an attempt hangs.",
        hints=(
            "Looking at the clock between attempts does not end an attempt that hangs.",
            "Put all of it, the attempts too, into async with asyncio.timeout(limit).",
        ),
    ),
    Probe(
        test="test_what_does_not_pass_is_raised_at_once",
        task="ready",
        promise="What does not pass by itself is raised at once.",
        hints=(
            "Which exceptions do you catch?",
            "Catch OSError, and nothing wider.",
        ),
    ),
    Probe(
        test="test_the_message_says_the_last_reason",
        task="ready",
        promise="The message of the TimeoutError contains that of the last OSError.",
        hints=(
            "Keep the last error that you caught.",
            "The TimeoutError of asyncio.timeout has no words: catch it, and raise your own.",
        ),
    ),
    Probe(
        test="test_shown",
        task="predict",
        promise="shown: the text of a URL.",
        hints=(
            "For whom is str(url) meant: for an engine, or for a log?",
            "One part of the URL is not for a log; three characters stand in its place.",
        ),
    ),
    Probe(
        test="test_replaced",
        task="predict",
        promise="replaced: a user named as the dialect is.",
        hints=("How many places does replace change?", "All of them, the user's name included."),
    ),
    Probe(
        test="test_unquoted",
        task="predict",
        promise="unquoted: a password with an @, put into a URL as it is.",
        hints=(
            "Which of the two @ ends the password?",
            "The first one does. What follows it belongs to the host.",
        ),
    ),
    Probe(
        test="test_option_of_libpq",
        task="predict",
        promise="option_of_libpq: sslmode, and a server that nobody has asked yet.",
        hints=(
            "What fails first: the connection, or the call of a function?",
            "Options become arguments of asyncpg.connect, which has none of this name.",
        ),
    ),
    Probe(
        test="test_no_comment",
        task="predict",
        promise="no_comment: NULL compared with a text.",
        hints=(
            "In SQL, is NULL different from a text?",
            "A comparison with NULL is neither true nor false.",
        ),
    ),
    Probe(
        test="test_swallowed",
        task="predict",
        promise="swallowed: a time-out inside a loop that catches OSError.",
        hints=(
            "Of which class is TimeoutError a subclass?",
            "TimeoutError is an OSError, so the loop goes on to its end.",
        ),
    ),
)

URL_WRONG = (
    Mutant(
        name="driver-kept",
        task="url",
        bug="A URL that names a driver keeps it.",
        misconception="The environment has URLs without a driver only.",
        hints=("Look at what postgresql+psycopg:// becomes.",),
        killed_by="test_the_driver_is_asyncpg",
        answer="""
def asyncpg_url(given: str) -> URL:
    url = make_url(given)
    if "+" not in url.drivername:
        url = url.set(drivername="postgresql+asyncpg")
    query = {"ssl" if name == "sslmode" else name: value for name, value in url.query.items()}
    return url.set(query=query)
""",
    ),
    Mutant(
        name="text-replaced",
        task="url",
        bug="Every place where the word stands is changed.",
        misconception="The word stands once in a URL, at its beginning.",
        hints=("Look at a database whose name has the word in it.",),
        killed_by="test_every_part_stays",
        answer="""
def asyncpg_url(given: str) -> URL:
    given = given.replace("postgresql+psycopg", "postgresql").replace("sslmode", "ssl")
    return make_url(given.replace("postgresql", "postgresql+asyncpg"))
""",
    ),
    Mutant(
        name="put-together",
        task="url",
        bug="The URL is put together as a text, and its password is not quoted.",
        misconception="What was taken out of a URL can be put into one as it is.",
        hints=("Look at a password with an @ in it.",),
        killed_by="test_special_characters_stay",
        answer="""
def asyncpg_url(given: str) -> URL:
    url = make_url(given)
    new = f"postgresql+asyncpg://{url.username}:{url.password}@{url.host}"
    query = {"ssl" if name == "sslmode" else name: value for name, value in url.query.items()}
    return make_url(f"{new}:{url.port or 5432}/{url.database}").set(query=query)
""",
    ),
    Mutant(
        name="sslmode-kept",
        task="url",
        bug="sslmode stays sslmode.",
        misconception="The options of a URL mean the same to every driver.",
        hints=("asyncpg.connect has no argument sslmode.",),
        killed_by="test_sslmode_becomes_ssl",
        edits=(('"ssl" if name == "sslmode" else name', "name"),),
    ),
    Mutant(
        name="options-dropped",
        task="url",
        bug="All options but ssl are dropped.",
        misconception="sslmode is the only option that matters.",
        hints=("A socket's folder is an option too.",),
        killed_by="test_other_options_stay",
        edits=(
            (
                '        query["ssl" if name == "sslmode" else name] = value',
                '        if name == "sslmode":\n            query["ssl"] = value',
            ),
        ),
    ),
    Mutant(
        name="password-hidden",
        task="url",
        bug="The password has become ***.",
        misconception="str(url) is the URL as a text.",
        hints=("str(url) is meant for a log.",),
        killed_by="test_it_connects",
        edits=(
            (
                'return url.set(drivername="postgresql+asyncpg", query=query)',
                'return make_url(str(url.set(drivername="postgresql+asyncpg", query=query)))',
            ),
        ),
    ),
)

URL_RIGHT = (
    Twin(
        name="removed-and-added",
        task="url",
        of="sslmode-kept",
        summary="the option removed and added, by the methods of URL",
        answer="""
def asyncpg_url(given: str) -> URL:
    url = make_url(given).set(drivername="postgresql+asyncpg")
    mode = url.query.get("sslmode")
    if mode is None:
        return url
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
""",
    ),
    Twin(
        name="created-anew",
        task="url",
        of="put-together",
        summary="a new URL, created of the parts",
        answer="""
def asyncpg_url(given: str) -> URL:
    old = make_url(given)
    query = dict(old.query)
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return URL.create(
        "postgresql+asyncpg", old.username, old.password, old.host, old.port, old.database, query
    )
""",
    ),
)

LOOP_WITHOUT_TIMEOUT = """
async def wait_until_ready(ask, limit: float) -> None:
    loop = asyncio.get_running_loop()
    end, last = loop.time() + limit, None
    while loop.time() < end:
        try:
            return await ask()
        except OSError as error:
            last = error
        await asyncio.sleep(0.005)
    raise TimeoutError(f"no answer within {limit} s: {last}")
"""

READY_WRONG = (
    Mutant(
        name="slept-first",
        task="ready",
        bug="It sleeps for the whole limit, and then asks.",
        misconception="A sleep that is long enough is as good as a wait.",
        hints=("How long does it take when the server answers at once?",),
        killed_by="test_it_returns_when_the_server_answers",
        answer="""
async def wait_until_ready(ask, limit: float) -> None:
    await asyncio.sleep(limit)
    try:
        await asyncio.wait_for(ask(), 0.01)
    except OSError as error:
        raise TimeoutError(str(error)) from error
""",
    ),
    Mutant(
        name="no-rest",
        task="ready",
        bug="It asks without a rest.",
        misconception="The more often it asks, the sooner it knows.",
        hints=("What does the server do that is asked a thousand times while it starts?",),
        killed_by="test_it_asks_again_and_sleeps_in_between",
        edits=(("                await asyncio.sleep(0.005)\n", ""),),
    ),
    Mutant(
        name="clock-between-attempts",
        task="ready",
        bug="An attempt that hangs is never ended.",
        misconception="An attempt fails or succeeds in no time.",
        hints=("The clock is looked at between attempts only.",),
        killed_by="test_it_ends_at_the_limit",
        answer=LOOP_WITHOUT_TIMEOUT,
    ),
    Mutant(
        name="everything-caught",
        task="ready",
        bug="It goes on after every exception.",
        misconception="While a server starts, anything may happen.",
        hints=("A wrong password stays wrong.",),
        killed_by="test_what_does_not_pass_is_raised_at_once",
        edits=(("except OSError as error", "except Exception as error"),),
    ),
    Mutant(
        name="no-reason",
        task="ready",
        bug="The TimeoutError does not say why.",
        misconception="That it took too long is all there is to say.",
        hints=("Would you know from the message what to look at?",),
        killed_by="test_the_message_says_the_last_reason",
        edits=((' s: {last}"', ' s"'),),
    ),
)

READY_RIGHT = (
    Twin(
        name="wait-for",
        task="ready",
        of="clock-between-attempts",
        summary="a loop of its own, under asyncio.wait_for",
        answer="""
async def wait_until_ready(ask, limit: float) -> None:
    errors = [None]

    async def answered():
        while True:
            try:
                await ask()
            except OSError as error:
                errors.append(error)
                await asyncio.sleep(0.02)
            else:
                return

    try:
        await asyncio.wait_for(answered(), limit)
    except TimeoutError:
        raise TimeoutError(f"the server did not answer ({errors[-1]})") from errors[-1]
""",
    ),
    Twin(
        name="each-attempt-bounded",
        task="ready",
        of="everything-caught",
        summary="each attempt bounded by the time that is left",
        answer="""
async def wait_until_ready(ask, limit: float) -> None:
    loop = asyncio.get_running_loop()
    end, last = loop.time() + limit, None
    while (left := end - loop.time()) > 0:
        try:
            async with asyncio.timeout(left):
                await ask()
            return
        except TimeoutError:
            break
        except OSError as error:
            last = error
        await asyncio.sleep(min(0.01, left))
    raise TimeoutError(str(last))
""",
    ),
)


PREDICT_WRONG = (
    wrong_prediction(
        "password-shown",
        "shown",
        '"postgresql://ann:***@localhost/shop"',
        '"postgresql://ann:secret@localhost/shop"',
        "str(url) is the URL as a text.",
    ),
    wrong_prediction(
        "replaced-once",
        "replaced",
        '"postgresql+asyncpg"',
        '"postgresql"',
        "replace changes the first place that it finds.",
    ),
    wrong_prediction(
        "last-at",
        "unquoted",
        '"ss@localhost"',
        '"localhost"',
        "The last @ of a URL stands before the host.",
    ),
    wrong_prediction(
        "connection-first",
        "option_of_libpq",
        '"TypeError"',
        '"ConnectionRefusedError"',
        "An unknown option is ignored, or told by the server.",
    ),
    wrong_prediction(
        "null-differs",
        "no_comment",
        '"NULL"',
        "True",
        "NULL differs from every text.",
    ),
    wrong_prediction(
        "not-caught",
        "swallowed",
        "3",
        '"TimeoutError"',
        "TimeoutError is no OSError.",
    ),
)

PREDICT_RIGHT = (
    Twin(
        name="computed",
        task="predict",
        of="not-caught",
        summary="a prediction that is computed, and a name taken from its class",
        edits=(('"TypeError"', "TypeError.__name__"), ('"swallowed": 3', '"swallowed": 1 + 2')),
    ),
)

VARIANTS = Variants(
    tasks=TASKS,
    references=REFERENCES,
    twins=(*GUARD_TWINS, *MEND_TWINS, *URL_RIGHT, *READY_RIGHT, *PREDICT_RIGHT),
    mutants=(*GUARD_MUTANTS, *MEND_MUTANTS, *URL_WRONG, *READY_WRONG, *PREDICT_WRONG),
    probes=PROBES,
)
