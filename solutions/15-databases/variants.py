"""The answers and functions that this assignment is proved by: right ones, and such with a bug."""

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
    Task("engine", "The engine"),
    Task("club", "Bugs that show on one of them"),
    Task("mend", "A test that holds on SQLite alone"),
    Task("predict", "What does each of them do?", literal=True),
)

ENROLL = "given:enroll"
FIND = "given:find"
GIVE_CARD = "given:give_card"
LISTED = "given:listed"
WITH_SETTING = "given:with_setting"
STORE = "given:Moment.process_bind_param"
LAST_VISITS = "given:last_visits"

REFERENCES = (
    Reference("as-it-is", "the functions as they are"),
    Reference(
        "written-otherwise",
        "the same functions, written otherwise",
        code=(
            Rewrite(
                FIND,
                """
async def find(session, email):
    found = await session.execute(select(Member).filter_by(email=email.lower()))
    return found.scalar_one_or_none()
""",
            ),
            Rewrite(
                LISTED,
                """
async def listed(session):
    rows = await session.execute(select(Member.nickname))
    names = [name for (name,) in rows]
    return sorted(names, key=lambda name: (name is None, (name or "").lower()))
""",
            ),
            Rewrite(
                LAST_VISITS,
                """
async def last_visits(session):
    rows = await session.execute(select(Member.email, Visit.at).outerjoin(Visit))
    found = {}
    for email, at in rows:
        found[email] = max(filter(None, (found.get(email), at)), default=None)
    came = sorted(((at, email) for email, at in found.items() if at), reverse=True)
    never = sorted(email for email, at in found.items() if at is None)
    return [(email, at) for at, email in came] + [(email, None) for email in never]
""",
            ),
        ),
    ),
)

ENGINE_PROBES = (
    Probe(
        test="test_it_is_one_of_that_kind",
        task="engine",
        promise="The engine is one for the kind that is asked for, and the tables are there.",
        hints=(
            "What does the fixture kind say, and who makes the tables?",
            "database.url for postgresql; connection.run_sync(Base.metadata.create_all) for both.",
        ),
    ),
    Probe(
        test="test_foreign_keys_are_checked",
        task="engine",
        promise="Foreign keys are checked, on every connection.",
        hints=(
            "SQLite has a pragma for it. For how long does it hold?",
            'event.listen(engine.sync_engine, "connect", …) runs it on each new connection.',
        ),
    ),
    Probe(
        test="test_what_is_not_committed_is_not_seen",
        task="engine",
        promise="What is not committed is not seen by another session.",
        hints=(
            "How many connections has a SQLite database in memory?",
            "Use a file in tmp_path.",
        ),
    ),
    Probe(
        test="test_a_rollback_takes_back_savepoints",
        task="engine",
        promise="A rollback of the outer transaction takes back released savepoints.",
        hints=(
            "When does Python's driver for SQLite send BEGIN?",
            'isolation_level = None on "connect", and exec_driver_sql("BEGIN") on "begin".',
        ),
    ),
    Probe(
        test="test_each_begins_anew",
        task="engine",
        promise="Each test begins with empty tables, and PostgreSQL is left without them.",
        hints=(
            "What is still there when the next test begins?",
            "drop_all after the yield. (A file in tmp_path is another one for each test.)",
        ),
    ),
    Probe(
        test="test_no_connection_is_held",
        task="engine",
        promise="After the test the engine holds no connection.",
        hints=("Who closes what the pool keeps?", "await engine.dispose()"),
    ),
)

SQLITE = 'engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/club.db")'
PRAGMA = '    connection.execute("PRAGMA foreign_keys = ON")\n'
ON_CONNECT = '        event.listen(engine.sync_engine, "connect", as_the_other_does)\n'
ON_BEGIN = '        event.listen(engine.sync_engine, "begin", really_begin)\n'
DROP = """    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
"""
CREATE = "        await connection.run_sync(Base.metadata.create_all)\n"
ENGINE_MUTANTS = (
    Mutant(
        name="sqlite-for-both",
        task="engine",
        bug="Both kinds are SQLite.",
        misconception="A test that is parametrized runs on two databases.",
        hints=("Look at the name of the engine's dialect.",),
        killed_by="test_it_is_one_of_that_kind",
        edits=(('kind == "postgresql"', "not kind"),),
    ),
    Mutant(
        name="no-tables",
        task="engine",
        bug="No tables are made.",
        misconception="The metadata makes its tables by itself.",
        hints=("Who sends CREATE TABLE?",),
        killed_by="test_it_is_one_of_that_kind",
        edits=((CREATE, "        pass\n"),),
    ),
    Mutant(
        name="no-foreign-keys",
        task="engine",
        bug="SQLite takes a visit of nobody.",
        misconception="A foreign key in the model is one in the database.",
        hints=("Is it checked?",),
        killed_by="test_foreign_keys_are_checked",
        edits=((PRAGMA, ""),),
    ),
    Mutant(
        name="foreign-keys-once",
        task="engine",
        bug="The pragma is run once, on a connection that goes back to the pool.",
        misconception="A pragma is a setting of the database.",
        hints=("For how long does the pragma hold?",),
        killed_by="test_foreign_keys_are_checked",
        edits=(
            (PRAGMA, ""),
            (
                CREATE,
                '        if kind == "sqlite":\n'
                '            await connection.exec_driver_sql("PRAGMA foreign_keys = ON")\n'
                + CREATE,
            ),
        ),
    ),
    Mutant(
        name="in-memory",
        task="engine",
        bug="The SQLite database is in memory.",
        misconception="A database in memory is a file that is faster.",
        hints=("How many connections does it have?",),
        killed_by="test_what_is_not_committed_is_not_seen",
        edits=((SQLITE, 'engine = create_async_engine("sqlite+aiosqlite://")'),),
    ),
    Mutant(
        name="no-begin",
        task="engine",
        bug="Nobody sends BEGIN before a savepoint.",
        misconception="connection.begin() begins a transaction in every database.",
        hints=("What does the driver for SQLite send before a SAVEPOINT?",),
        killed_by="test_a_rollback_takes_back_savepoints",
        edits=((ON_BEGIN, ""), ("    connection.isolation_level = None\n", "")),
    ),
    Mutant(
        name="begin-never",
        task="engine",
        bug="The driver was told to send no BEGIN, and nobody else does.",
        misconception="isolation_level = None mends the driver's transactions.",
        hints=("Who begins now?",),
        killed_by="test_a_rollback_takes_back_savepoints",
        edits=((ON_BEGIN, ""),),
    ),
    Mutant(
        name="tables-left",
        task="engine",
        bug="The tables stay on PostgreSQL.",
        misconception="create_all makes tables anew.",
        hints=("What does create_all do when a table is there?",),
        killed_by="test_each_begins_anew",
        edits=((DROP, ""),),
    ),
    Mutant(
        name="dropped-by-rollback",
        task="engine",
        bug="A rollback at the end shall take the tables back, which were committed.",
        misconception="A rollback takes back what happened before.",
        hints=("What is there to roll back?",),
        killed_by="test_each_begins_anew",
        edits=(("Base.metadata.drop_all", "lambda sync: sync.rollback()"),),
    ),
    Mutant(
        name="not-disposed",
        task="engine",
        bug="The engine is not disposed of.",
        misconception="An engine that nobody uses closes its connections.",
        hints=("Who closes what the pool keeps?",),
        killed_by="test_no_connection_is_held",
        edits=(("    await engine.dispose()\n", ""),),
    ),
)
ENGINE_TWINS = (
    Twin(
        name="no-pool",
        task="engine",
        of="not-disposed",
        summary="no pool, so that there is nothing to dispose of",
        edits=(
            (
                "create_async_engine(database.url)",
                "create_async_engine(database.url, poolclass=NullPool)",
            ),
            ('/club.db")', '/club.db", poolclass=NullPool)'),
            ("    await engine.dispose()\n", ""),
        ),
    ),
    Twin(
        name="dropped-before-as-well",
        task="engine",
        of="tables-left",
        summary="listeners by decorators, and tables dropped before and after",
        answer="""
@pytest.fixture
async def engine(kind, database, tmp_path):
    url = database.url if kind == "postgresql" else f"sqlite+aiosqlite:///{tmp_path / 'a.db'}"
    engine = create_async_engine(url)

    if kind == "sqlite":
        @event.listens_for(engine.sync_engine, "connect")
        def connected(connection, record):
            connection.isolation_level = None
            cursor = connection.cursor()
            cursor.execute("PRAGMA foreign_keys=1")
            cursor.close()

        @event.listens_for(engine.sync_engine, "begin")
        def begun(connection):
            connection.exec_driver_sql("BEGIN")

    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
    try:
        yield engine
    finally:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.drop_all)
        await engine.dispose()
""",
    ),
)

SAVEPOINT = """    try:
        async with session.begin_nested():
            return await session.scalar(row.returning(Member.id))
    except"""
BY_EMAIL = "Member.email == email.lower()"
NONE_LAST = "Member.nickname.is_(None), "
LOWER = "func.lower(Member.nickname)"
IS_TRUE = "Member.settings[name].as_boolean().is_(True)"
IN_UTC = "value and value.astimezone(UTC)"
UPDATED = 'row.on_conflict_do_update(index_elements=["email"], set_={"card": card})'
CLUB_MUTANTS = (
    Mutant(
        name="long-nickname",
        task="club",
        bug="A nickname of 21 characters is not refused by the code.",
        misconception="The length of a column is checked by the database.",
        hints=(
            "One of the two databases takes no notice of a length.",
            "Enroll somebody with 21 characters, and expect ValueError.",
        ),
        killed_by="test_a_long_nickname_is_refused",
        code=(Patch(ENROLL, "len(nickname) > 20", "len(nickname) > 40"),),
    ),
    Mutant(
        name="no-savepoint",
        task="club",
        bug="After AlreadyMember the session is of no use on PostgreSQL.",
        misconception="A refused statement leaves the transaction as it was.",
        hints=(
            "What does the docstring promise for the time after AlreadyMember?",
            "Enroll Ann twice, and then Bob, in one test.",
        ),
        killed_by="test_a_known_email_is_refused_and_the_session_goes_on",
        code=(
            Patch(
                ENROLL,
                SAVEPOINT,
                "    try:\n        return await session.scalar(row.returning(Member.id))\n"
                "    except",
            ),
        ),
    ),
    Mutant(
        name="found-by-like",
        task="club",
        bug="The email is looked up by LIKE, which takes no notice of case on SQLite only.",
        misconception="LIKE is the search that takes no notice of case.",
        hints=(
            "Did you look for a member in another case than the stored one?",
            "Enroll ann@example.org, and find ANN@example.org.",
        ),
        killed_by="test_a_member_is_found_in_any_case",
        code=(Patch(FIND, BY_EMAIL, "Member.email.like(email)"),),
    ),
    Mutant(
        name="card-kept",
        task="club",
        bug="A member who has a card keeps it, and does not get the new one.",
        misconception="On a conflict there is nothing to do.",
        hints=(
            "What is in the row after a second card?",
            "Give a member one card and then another, and read the row.",
        ),
        killed_by="test_a_card_is_exchanged_and_all_else_stays",
        code=(Patch(GIVE_CARD, UPDATED, "row.on_conflict_do_nothing()"),),
    ),
    Mutant(
        name="row-replaced",
        task="club",
        bug="On SQLite a new card deletes the member's row and makes another one.",
        misconception="INSERT OR REPLACE updates a row.",
        hints=(
            "What besides the card might have changed?",
            "Enroll somebody with a nickname, give a card, and read the id and the nickname.",
        ),
        killed_by="test_a_card_is_exchanged_and_all_else_stays",
        code=(
            Patch(
                GIVE_CARD,
                UPDATED,
                'row.prefix_with("OR REPLACE") if "sqlite" in str(type(row)) else '
                'row.on_conflict_do_update(index_elements=["email"], set_={"card": card})',
            ),
        ),
    ),
    Mutant(
        name="none-first",
        task="club",
        bug="On SQLite, members without a nickname come first.",
        misconception="NULL is sorted to the end.",
        hints=(
            "Did you list somebody without a nickname?",
            "Enroll one with a nickname and one without, and compare the whole list.",
        ),
        killed_by="test_nicknames_are_sorted_in_any_case_with_none_at_the_end",
        code=(Patch(LISTED, f"({NONE_LAST}{LOWER})", f"({LOWER},)"),),
    ),
    Mutant(
        name="capitals-first",
        task="club",
        bug="Nicknames in capitals come before all others.",
        misconception="ORDER BY sorts as people do.",
        hints=(
            "In which order are ann, bob and Cat?",
            "Enroll ann and Cat and Bob, and compare the whole list.",
        ),
        killed_by="test_nicknames_are_sorted_in_any_case_with_none_at_the_end",
        code=(Patch(LISTED, LOWER, "Member.nickname"),),
    ),
    Mutant(
        name="true-as-text",
        task="club",
        bug="On SQLite nobody has a setting that is True, because it is compared with a text.",
        misconception="JSON is text, so true is 'true'.",
        hints=(
            "Did you ask for a setting that somebody has, on both databases?",
            "Enroll somebody with {'dark': True}, and expect the email.",
        ),
        killed_by="test_a_setting_that_is_true",
        code=(Patch(WITH_SETTING, IS_TRUE, 'Member.settings[name].as_string() == "true"'),),
    ),
    Mutant(
        name="wall-clock",
        task="club",
        bug="On SQLite a time loses its offset, and 14:00 in the east is later than it was.",
        misconception="DateTime(timezone=True) keeps the time zone.",
        hints=(
            "In which time zone are the moments of your test?",
            "Enroll one who joined at 13:00+02:00, and ask who joined since 12:00 UTC.",
        ),
        killed_by="test_moments_of_two_time_zones",
        code=(Patch(STORE, IN_UTC, "value"),),
    ),
)
CLUB_TWINS = (
    Twin(
        name="length-by-slice",
        task="club",
        of="long-nickname",
        summary="asks whether there is a 21st character",
        code=(Patch(ENROLL, "len(nickname) > 20", "nickname[20:]"),),
    ),
    Twin(
        name="savepoint-by-hand",
        task="club",
        of="no-savepoint",
        summary="a savepoint that is rolled back by hand",
        code=(
            Patch(
                ENROLL,
                SAVEPOINT,
                "    savepoint = await session.begin_nested()\n    try:\n"
                "        found = await session.scalar(row.returning(Member.id))\n"
                "        await savepoint.commit()\n        return found\n    except",
            ),
            Patch(
                ENROLL,
                "        raise AlreadyMember(email) from None",
                "        await savepoint.rollback()\n        raise AlreadyMember(email) from None",
            ),
        ),
    ),
    Twin(
        name="found-by-lower",
        task="club",
        of="found-by-like",
        summary="lower() in the database as well",
        code=(Patch(FIND, BY_EMAIL, "func.lower(Member.email) == email.lower()"),),
    ),
    Twin(
        name="card-of-the-excluded-row",
        task="club",
        of="card-kept",
        summary="takes the new card from the row that was refused",
        code=(Patch(GIVE_CARD, '{"card": card})', '{"card": row.excluded.card})'),),
    ),
    Twin(
        name="row-looked-for",
        task="club",
        of="row-replaced",
        summary="an UPDATE, and an INSERT where there was no row",
        code=(
            Rewrite(
                GIVE_CARD,
                """
async def give_card(session, email, card):
    same = update(Member).where(Member.email == email.lower())
    done = await session.execute(same.values(card=card))
    if not done.rowcount:
        await session.execute(insert(Member).values(email=email.lower(), card=card))
""",
            ),
        ),
    ),
    Twin(
        name="none-last-by-number",
        task="club",
        of="none-first",
        summary="descending by whether there is a nickname",
        code=(Patch(LISTED, NONE_LAST, "Member.nickname.is_not(None).desc(), "),),
    ),
    Twin(
        name="sorted-in-upper-case",
        task="club",
        of="capitals-first",
        summary="sorts as if in upper case",
        code=(Patch(LISTED, LOWER, "func.upper(Member.nickname)"),),
    ),
    Twin(
        name="true-compared",
        task="club",
        of="true-as-text",
        summary="compares with == instead of IS",
        code=(Patch(WITH_SETTING, IS_TRUE, "Member.settings[name].as_boolean() == True"),),
    ),
    Twin(
        name="utc-by-timezone",
        task="club",
        of="wall-clock",
        summary="timezone.utc instead of UTC",
        code=(Patch(STORE, IN_UTC, "None if value is None else value.astimezone(timezone.utc)"),),
    ),
)

LAST = "last = func.max(Visit.at)"
MEND_MUTANTS = (
    Mutant(
        name="never-came-left-out",
        task="mend",
        bug="Members who never came are not in the list.",
        misconception="A join keeps every member.",
        hints=(
            "Who is in your test without a visit?",
            "Enroll two who never come, and expect them at the end, with None.",
        ),
        killed_by="test_last_visits",
        code=(Patch(LAST_VISITS, ".outerjoin(", ".join("),),
    ),
    Mutant(
        name="first-visit",
        task="mend",
        bug="The list has the first visit of each member, not the last one.",
        misconception="One visit is enough for a test.",
        hints=(
            "How many visits has a member in your test?",
            "Let one come twice, and compare the time.",
        ),
        killed_by="test_last_visits",
        code=(Patch(LAST_VISITS, "func.max", "func.min"),),
    ),
    Mutant(
        name="each-visit",
        task="mend",
        bug="A member comes once for each visit.",
        misconception="GROUP BY can be left out where each has one row.",
        hints=(
            "How many visits has a member in your test?",
            "Let one come twice, and compare the whole list.",
        ),
        killed_by="test_last_visits",
        code=(
            Patch(LAST_VISITS, LAST, "last = Visit.at"),
            Patch(LAST_VISITS, ".group_by(Member.email)", ""),
        ),
    ),
    Mutant(
        name="oldest-first",
        task="mend",
        bug="The latest visit is not the first of the list.",
        misconception="The order of a list need not be tested.",
        hints=(
            "Which order does the docstring promise?",
            "Let two members come on two days, and compare the whole list.",
        ),
        killed_by="test_last_visits",
        code=(Patch(LAST_VISITS, "last.desc()", "last"),),
    ),
    Mutant(
        name="never-came-first",
        task="mend",
        bug="On PostgreSQL, those who never came are at the beginning.",
        misconception="NULL is sorted to the same end everywhere.",
        hints=(
            "Where do those come who never came, on each of the two?",
            "Enroll one who comes and one who does not, and compare the whole list.",
        ),
        killed_by="test_last_visits",
        code=(Patch(LAST_VISITS, "last.is_(None), ", ""),),
    ),
)
MEND_TWINS = (
    Twin(
        name="joined-the-other-way",
        task="mend",
        of="never-came-left-out",
        summary="the condition of the join written out",
        code=(Patch(LAST_VISITS, "(Visit)", "(Visit, Visit.member_id == Member.id)"),),
    ),
    Twin(
        name="last-among-two",
        task="mend",
        of="first-visit",
        summary="a maximum with a label",
        code=(Patch(LAST_VISITS, "func.max(Visit.at)", 'func.max(Visit.at).label("last")'),),
    ),
    Twin(
        name="grouped-by-id-as-well",
        task="mend",
        of="each-visit",
        summary="grouped by id and email",
        code=(Patch(LAST_VISITS, "group_by(Member.email)", "group_by(Member.id, Member.email)"),),
    ),
    Twin(
        name="nulls-last",
        task="mend",
        of="oldest-first",
        summary="nulls_last(), which both of the two know",
        code=(Patch(LAST_VISITS, "last.desc()", "last.desc().nulls_last()"),),
    ),
    Twin(
        name="none-last-by-count",
        task="mend",
        of="never-came-first",
        summary="those without a visit last, by counting visits",
        code=(Patch(LAST_VISITS, "last.is_(None), ", "(func.count(Visit.id) == 0), "),),
    ),
)

PREDICT_PROBES = (
    Probe(
        test="test_first_of_all",
        task="predict",
        promise="first_of_all: the first of a list in which one has no nickname.",
        hints=(
            "Is NULL less or greater than a text?",
            "PostgreSQL sorts it to the end, SQLite to the beginning.",
        ),
    ),
    Probe(
        test="test_too_long",
        task="predict",
        promise="too_long: 50 characters in a String(40).",
        hints=(
            "Who looks at the length?",
            "SQLite does not. PostgreSQL's refusal is neither an IntegrityError nor a DataError.",
        ),
    ),
    Probe(
        test="test_after_a_refusal",
        task="predict",
        promise="after_a_refusal: a query after a statement that was refused.",
        hints=(
            "There is no savepoint. What is left of the transaction?",
            "PostgreSQL takes no further statement, SQLite goes on with the one row.",
        ),
    ),
    Probe(
        test="test_two_without_a_card",
        task="predict",
        promise="two_without_a_card: two rows with NULL in a unique column.",
        hints=("Is NULL equal to NULL?", "Here the two agree."),
    ),
    Probe(
        test="test_alike",
        task="predict",
        promise="alike: LIKE in another case.",
        hints=("Which of the two takes no notice of case?", "SQLite does not, for ASCII letters."),
    ),
    Probe(
        test="test_a_table_taken_back",
        task="predict",
        promise="a_table_taken_back: CREATE TABLE in a savepoint that is rolled back.",
        hints=(
            "Is DDL part of a transaction?",
            "In both of these it is; in MariaDB it would not be.",
        ),
    ),
)
PREDICT_MUTANTS = (
    wrong_prediction(
        "none-last-everywhere",
        "first_of_all",
        '("ann@example.org", "bob@example.org")',
        '("ann@example.org", "ann@example.org")',
        "NULL is sorted to the same end everywhere.",
    ),
    wrong_prediction(
        "length-checked",
        "too_long",
        '("DBAPIError", 50)',
        '("DBAPIError", "DBAPIError")',
        "The length of a column is checked by every database.",
    ),
    wrong_prediction(
        "goes-on-everywhere",
        "after_a_refusal",
        '("DBAPIError", 1)',
        "(1, 1)",
        "Who catches the exception can go on.",
    ),
    wrong_prediction(
        "one-null-in-unique",
        "two_without_a_card",
        "(2, 2)",
        '("AlreadyMember", 2)',
        "A unique column takes NULL once.",
    ),
    wrong_prediction(
        "like-is-exact",
        "alike",
        "(0, 1)",
        "(0, 0)",
        "LIKE heeds case.",
    ),
    wrong_prediction(
        "ddl-stays",
        "a_table_taken_back",
        "(False, False)",
        "(False, True)",
        "SQLite commits at CREATE TABLE.",
    ),
)
PREDICT_TWINS = (
    Twin(
        name="predicted-with-lists",
        task="predict",
        of="like-is-exact",
        summary="lists in place of tuples",
        edits=(("(0, 1)", "[0, 1]"), ("(2, 2)", "[2, 2]")),
    ),
)

VARIANTS = Variants(
    tasks=TASKS,
    references=REFERENCES,
    twins=ENGINE_TWINS + CLUB_TWINS + MEND_TWINS + PREDICT_TWINS,
    mutants=ENGINE_MUTANTS + CLUB_MUTANTS + MEND_MUTANTS + PREDICT_MUTANTS,
    probes=ENGINE_PROBES + PREDICT_PROBES,
)
