"""The answers and the code that the tests and the probes of this assignment are run against."""

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
    Task("names", "A name for each worker"),
    Task("fast", "Fast", statements=8),
    Task("mend", "Three tests that were made green"),
    Task("gate", "Red or green"),
    Task("predict", "Predictions", literal=True),
)

REFERENCES = (
    Reference("as-it-is", "the code and the schema as they are"),
    Reference(
        "otherwise",
        "a column more, another name of a constraint, and the verdict from a table",
        statements=(
            "ALTER TABLE products ADD COLUMN notes text",
            "ALTER TABLE products RENAME CONSTRAINT uq_products_sku TO one_product_a_sku",
        ),
        code=(
            Rewrite(
                "given:verdict",
                """
                def verdict(report, *, least=1, floor=Decimal(0)):
                    rules = {
                        "failed": report.failed,
                        "errors": report.errors,
                        "skipped": report.skipped,
                        "few": least > report.passed,
                        "coverage": floor > report.covered,
                    }
                    return {reason for reason, broken in rules.items() if broken}
                """,
            ),
        ),
    ),
)

NAMES_PROBES = (
    Probe(
        test="test_each_worker_has_its_own",
        task="names",
        promise="Each worker of a run has another name, and the same one each time.",
        hints=(
            "What tells the workers of one run apart?",
            "Put worker_id into the name, and nothing that changes from call to call.",
        ),
    ),
    Probe(
        test="test_runs_do_not_meet",
        task="names",
        promise="No worker of one run has the name of one of another run.",
        hints=(
            "Which two runs become the same text, when you clean or join what you are given?",
            "A digest of the run, as it came, and something between it and the worker.",
        ),
    ),
    Probe(
        test="test_names_differ_when_they_are_cut",
        task="names",
        promise="Names differ also after PostgreSQL has cut them to 63 bytes.",
        hints=(
            "What is at the end of a long name, and what is left of it?",
            "Let the run take the same few characters, however long it is.",
        ),
    ),
    Probe(
        test="test_a_name_needs_no_quotes",
        task="names",
        promise="A name needs no quotes in SQL.",
        hints=(
            "What does a branch have in its name that SQL does not take without quotes?",
            "A hexadecimal digest has letters from a to f, and digits.",
        ),
    ),
    Probe(
        test="test_the_template_is_not_a_workers",
        task="names",
        promise="No name is that of the template.",
        hints=(
            "Which name has the worker when there is only one process?",
            "master is a worker like the others.",
        ),
    ),
    Probe(
        test="test_databases_of_ended_runs_are_left_over",
        task="names",
        promise="The databases of runs that have ended may go.",
        hints=(
            "How do you recognize a name that database_name has made?",
            "Match the whole name, with every worker that there may be: gw10 and master too.",
        ),
    ),
    Probe(
        test="test_databases_of_a_run_that_goes_on_are_kept",
        task="names",
        promise="None of a run that is going on may go.",
        hints=(
            "Two pipelines run at the same time. Whose databases does the second one drop?",
            "Compare with what the running runs have in their names.",
        ),
    ),
    Probe(
        test="test_other_databases_are_spared",
        task="names",
        promise="No other database may go.",
        hints=(
            "Which databases have names that begin with that of the template?",
            "re.fullmatch, with the template's name, a sign of yours, the run and the worker.",
        ),
    ),
)

NAME = 'f"{template}_w_{digest(run)}_{worker_id}"'
CLEANED = """
def cleaned(run):
    return re.sub("[^a-z0-9]+", "_", run.lower())


def database_name(template, worker_id, run):
    return f"{template}_w_{cleaned(run)}_{worker_id}"


def left_over(names, template, running):
    alive = [f"{template}_w_{cleaned(run)}_" for run in running]
    return [
        name
        for name in names
        if re.fullmatch(rf"{template}_w_\\w+_(gw\\d+|master)", name)
        and not name.startswith(tuple(alive))
    ]
"""


def wrong_name(name, bug, misconception, hint, killed_by, *edits, answer=""):
    return Mutant(
        name=name,
        task="names",
        bug=bug,
        misconception=misconception,
        hints=(hint,),
        killed_by=killed_by,
        edits=edits,
        answer=answer,
    )


NAMES_MUTANTS = (
    wrong_name(
        "one-for-all-workers",
        "All workers of a run get one database.",
        "A run is one process.",
        "What is worker_id for?",
        "test_each_worker_has_its_own",
        (NAME, 'f"{template}_w_{digest(run)}_master"'),
    ),
    wrong_name(
        "random-name",
        "A worker gets another name at each call.",
        "A random name is as good as one that can be had again.",
        "Who else asks for this name, later?",
        "test_each_worker_has_its_own",
        (NAME, 'f"{template}_w_{uuid4().hex[:12]}_{worker_id}"'),
    ),
    wrong_name(
        "run-forgotten",
        "The run is not in the name.",
        "A server has one run at a time.",
        "Two branches are tested on one server.",
        "test_runs_do_not_meet",
        (NAME, "f\"{template}_w_{digest('')}_{worker_id}\""),
    ),
    wrong_name(
        "nothing-between",
        "Run and worker are joined with nothing between them.",
        "What differs goes on differing when it is joined.",
        "What do run 1, worker 11, and run 11, worker 1, make?",
        "test_runs_do_not_meet",
        (
            NAME,
            'f"{template}_w_{digest(run) if not run.isdigit() else run}'
            "{worker_id.removeprefix('gw')}\"",
        ),
    ),
    wrong_name(
        "cleaned-branch",
        "The branch is cleaned and stands in the name in full.",
        "A name may be as long as one likes.",
        "How long may a branch be, and a name?",
        "test_names_differ_when_they_are_cut",
        answer=CLEANED,
    ),
    wrong_name(
        "branch-as-it-is",
        "The branch stands in the name as it is.",
        "Quotes make every name possible, and everybody writes them.",
        "Who writes quotes in psql?",
        "test_a_name_needs_no_quotes",
        (NAME, 'f"{template}_w_{run[:12]}{digest(run)}_{worker_id}"'),
    ),
    wrong_name(
        "template-for-master",
        "Without workers, the tests run on the template.",
        "One process needs no copy.",
        "What is in the template after the first test that commits?",
        "test_the_template_is_not_a_workers",
        (NAME, 'template if worker_id == "master" else ' + NAME),
    ),
    wrong_name(
        "one-digit-workers",
        "Workers from gw10 on, and master, are never left over.",
        "Nobody has more than ten cores.",
        "Which workers does your pattern know?",
        "test_databases_of_ended_runs_are_left_over",
        (r"(gw\d+|master)", r"gw\d"),
    ),
    wrong_name(
        "all-runs",
        "Databases of runs that go on are dropped, too.",
        "When a run begins, all others have ended.",
        "What does `running` tell?",
        "test_databases_of_a_run_that_goes_on_are_kept",
        (" and match[1] not in alive", ""),
    ),
    wrong_name(
        "by-its-beginning",
        "Whatever begins with the template's name may go.",
        "A name that begins with shop_test is a test database's.",
        "What is shop_test_archive?",
        "test_other_databases_are_spared",
        ("own.fullmatch(name)) for", "re.match(rf'{template}(.*)', name)) for"),
    ),
)

NAMES_TWINS = (
    Twin(
        name="worker-first",
        task="names",
        of="run-forgotten",
        summary="the worker before the run, and another length of the digest",
        edits=(
            (NAME, 'f"{template}_{worker_id}_of_{digest(run)}"'),
            ("hexdigest()[:12]", "hexdigest()[:16]"),
            (r"_w_([0-9a-f]{{12}})_(gw\d+|master)", r"_(?:gw\d+|master)_of_([0-9a-f]{{16}})"),
        ),
    ),
)

SEND = "shop.services.outbox:send_batch"
NOTED = "message.last_error = describe(error)"
COUNTED = "                sent += 1\n            message.attempts += 1"


def sending(old, new):
    return (Patch(SEND, old, new),)


FAST_MUTANTS = (
    Mutant(
        name="no-limit",
        task="fast",
        bug="All waiting messages are delivered, whatever the limit.",
        misconception="A limit that is never reached needs no test.",
        hints=(
            "How many messages wait in your test, and how many does it ask for?",
            "Three messages, limit=2, and look at what was delivered.",
        ),
        killed_by="test_the_oldest_come_first_and_no_more_than_the_limit",
        code=sending(".limit(limit)", ".limit(None)"),
    ),
    Mutant(
        name="newest-first",
        task="fast",
        bug="The newest messages are delivered first.",
        misconception="All are delivered in the end, so the order does not matter.",
        hints=(
            "What is left for later when there are more messages than the limit?",
            "Compare the topics with a list, in their order.",
        ),
        killed_by="test_the_oldest_come_first_and_no_more_than_the_limit",
        code=sending("order_by(OutboxMessage.id)", "order_by(OutboxMessage.id.desc())"),
    ),
    Mutant(
        name="sent-again",
        task="fast",
        bug="Messages that were sent are sent again.",
        misconception="That a message was delivered shows that it was delivered once.",
        hints=(
            "What does a second call deliver?",
            "Call send_batch twice, and compare what the second one delivers.",
        ),
        killed_by="test_what_was_sent_is_not_sent_again",
        code=sending("OutboxMessage.sent_at.is_(None)", "OutboxMessage.id.is_not(None)"),
    ),
    Mutant(
        name="failed-is-sent",
        task="fast",
        bug="A message whose delivery failed is marked as sent.",
        misconception="What was tried was done.",
        hints=(
            "Does any delivery of your tests fail?",
            "Let deliver raise for one topic, and look at sent_at of its row.",
        ),
        killed_by="test_a_failure_is_noted_and_the_others_are_delivered",
        code=sending(NOTED, f"{NOTED}\n                message.sent_at = now"),
    ),
    Mutant(
        name="failures-not-counted",
        task="fast",
        bug="Only deliveries that succeed are counted as attempts.",
        misconception="An attempt is something that worked.",
        hints=(
            "Which column says how often a message was tried?",
            "Look at attempts of the message whose delivery has raised.",
        ),
        killed_by="test_a_failure_is_noted_and_the_others_are_delivered",
        code=sending(COUNTED, "                sent += 1\n                message.attempts += 1"),
    ),
    Mutant(
        name="stops-at-a-failure",
        task="fast",
        bug="After a failure, the rest of the batch is left.",
        misconception="When one delivery fails, the others would, too.",
        hints=(
            "What becomes of the messages behind the one that failed?",
            "Let the second of three fail, and look at the third.",
        ),
        killed_by="test_a_failure_is_noted_and_the_others_are_delivered",
        code=sending(
            NOTED,
            f"{NOTED}\n                message.attempts += 1\n                break",
        ),
    ),
)

FAST_TWINS = (
    Twin(
        name="sliced",
        task="fast",
        of="no-limit",
        summary="slice() in place of limit",
        code=sending(".limit(limit)", ".slice(0, limit)"),
    ),
    Twin(
        name="ascending",
        task="fast",
        of="newest-first",
        summary="the order said in full",
        code=sending("order_by(OutboxMessage.id)", "order_by(OutboxMessage.id.asc())"),
    ),
    Twin(
        name="not-sent-otherwise",
        task="fast",
        of="sent-again",
        summary="not distinct from NULL",
        code=sending(
            "OutboxMessage.sent_at.is_(None)", "OutboxMessage.sent_at.is_not_distinct_from(None)"
        ),
    ),
    Twin(
        name="outbox-otherwise",
        task="fast",
        of="failed-is-sent",
        summary="the second implementation of the outbox",
        code=(SwapModule("shop.services.outbox", "shop.otherwise.outbox"),),
    ),
    Twin(
        name="counted-first",
        task="fast",
        of="failures-not-counted",
        summary="the attempt written as a sum",
        code=sending("message.attempts += 1", "message.attempts = message.attempts + 1"),
    ),
    Twin(
        name="goes-on",
        task="fast",
        of="stops-at-a-failure",
        summary="goes on in the loop by itself",
        code=sending(
            NOTED,
            f"{NOTED}\n                message.attempts += 1\n                continue",
        ),
    ),
)


def found(old, new):
    return (Patch("given:cheapest", old, new),)


MEND_MUTANTS = (
    Mutant(
        name="dearest-first",
        task="mend",
        bug="The dearest come first.",
        misconception="The right products in any order are the right list.",
        hints=(
            "Does your test compare a list, or a set?",
            "Two products of different prices, the dearer one made first.",
        ),
        killed_by="test_the_cheapest_come_first",
        code=found("Product.price,", "Product.price.desc(),"),
    ),
    Mutant(
        name="by-id",
        task="mend",
        bug="Of one price, it goes by the id, and not by the SKU.",
        misconception="Rows come in the order in which they were written.",
        hints=(
            "In which order does your test make the products of one price?",
            "Make SKU B first, and A after it.",
        ),
        killed_by="test_of_one_price_by_sku",
        code=found("Product.sku)", "Product.id)"),
    ),
    Mutant(
        name="one-more",
        task="mend",
        bug="One more than the limit is found.",
        misconception="A limit can't be wrong by one.",
        hints=(
            "Are there more products in your test than the limit?",
            "Three products, and a limit of two.",
        ),
        killed_by="test_no_more_than_the_limit",
        code=found("query.limit(limit)", "query.limit(limit + 1)"),
    ),
    Mutant(
        name="sold-out-too",
        task="mend",
        bug="What is sold out is found, too.",
        misconception="A list of products that exist is a list of products to sell.",
        hints=(
            "Which stock have the products of a factory?",
            "One product with a stock of 0, and one with 1.",
        ),
        killed_by="test_what_is_sold_out_is_left_out",
        code=found("Product.stock > 0", "Product.stock >= 0"),
    ),
)

MEND_TWINS = (
    Twin(
        name="said-ascending",
        task="mend",
        of="dearest-first",
        summary="the order said in full",
        code=found("Product.price,", "Product.price.asc(),"),
    ),
    Twin(
        name="by-id-at-last",
        task="mend",
        of="by-id",
        summary="by the id after the SKU",
        code=found("Product.sku)", "Product.sku, Product.id)"),
    ),
    Twin(
        name="cut-in-python",
        task="mend",
        of="one-more",
        summary="the list is cut, and not the query",
        code=found(
            "list(await session.scalars(query.limit(limit)))",
            "list(await session.scalars(query))[:limit]",
        ),
    ),
    Twin(
        name="at-least-one",
        task="mend",
        of="sold-out-too",
        summary="a stock of at least one",
        code=found("Product.stock > 0", "Product.stock >= 1"),
    ),
)


def gate(old, new):
    return (Patch("given:verdict", old, new),)


GATE_MUTANTS = (
    Mutant(
        name="failures-outvoted",
        task="gate",
        bug="Failures are red only when more has failed than passed.",
        misconception="One failure among many tests is noise.",
        hints=(
            "How many tests have passed in your report with a failure?",
            "Report(passed=3, failed=1) is red.",
        ),
        killed_by="test_one_of_these_is_enough_to_be_red",
        code=gate("report.failed > 0", "report.failed > report.passed"),
    ),
    Mutant(
        name="errors-forgotten",
        task="gate",
        bug="Errors in set-up are not looked at.",
        misconception="A test that did not run has not failed.",
        hints=(
            "How does pytest call a test whose fixture has raised?",
            "Report(passed=3, errors=1) is red.",
        ),
        killed_by="test_one_of_these_is_enough_to_be_red",
        code=gate("report.errors > 0", "report.errors > 0 and report.failed"),
    ),
    Mutant(
        name="skips-tolerated",
        task="gate",
        bug="Skips are red only when nothing has passed.",
        misconception="A skip is a courtesy everywhere.",
        hints=(
            "Which of your reports has skips, and tests that passed?",
            "Report(passed=3, skipped=1) is red.",
        ),
        killed_by="test_one_of_these_is_enough_to_be_red",
        code=gate("report.skipped > 0", "report.skipped > 0 and not report.passed"),
    ),
    Mutant(
        name="skips-counted",
        task="gate",
        bug="Skipped tests count among those that are enough.",
        misconception="What was collected was run.",
        hints=(
            "Which tests count for `least`?",
            "Two that passed and one that was skipped are not three.",
        ),
        killed_by="test_only_what_has_passed_counts",
        code=gate("report.passed < least", "report.passed + report.skipped < least"),
    ),
    Mutant(
        name="one-too-few",
        task="gate",
        bug="Exactly as many as asked for are too few.",
        misconception="At least means more than.",
        hints=(
            "A limit is tested on the limit itself.",
            "Report(passed=3) with least=3 is green.",
        ),
        killed_by="test_few",
        code=gate("report.passed < least", "report.passed <= least"),
    ),
    Mutant(
        name="rounded",
        task="gate",
        bug="Coverage is rounded before it is compared.",
        misconception="89.99 % is 90 %.",
        hints=(
            "By how little does your test miss the floor?",
            'Decimal("89.99") against a floor of 90 is red.',
        ),
        killed_by="test_the_floor_of_coverage",
        code=gate("report.covered < floor", "round(report.covered) < floor"),
    ),
    Mutant(
        name="first-reason-alone",
        task="gate",
        bug="Only the first reason is given.",
        misconception="Red is red: one reason will do.",
        hints=(
            "What does a reader do who has mended the one reason that was told?",
            "A report with all five, compared with the whole set.",
        ),
        killed_by="test_all_reasons_are_given",
        code=gate("return reasons", "return set(sorted(reasons)[:1])"),
    ),
)

GATE_TWINS = (
    Twin(
        name="any-failure",
        task="gate",
        of="failures-outvoted",
        summary="at least one failure",
        code=gate("report.failed > 0", "report.failed >= 1"),
    ),
    Twin(
        name="any-error",
        task="gate",
        of="errors-forgotten",
        summary="at least one error",
        code=gate("report.errors > 0", "report.errors >= 1"),
    ),
    Twin(
        name="any-skip",
        task="gate",
        of="skips-tolerated",
        summary="at least one skip",
        code=gate("report.skipped > 0", "report.skipped >= 1"),
    ),
    Twin(
        name="turned-around",
        task="gate",
        of="skips-counted",
        summary="the comparison turned around",
        code=gate("report.passed < least", "least > report.passed"),
    ),
    Twin(
        name="not-enough",
        task="gate",
        of="one-too-few",
        summary="not at least as many",
        code=gate("report.passed < least", "not report.passed >= least"),
    ),
    Twin(
        name="the-difference",
        task="gate",
        of="rounded",
        summary="the difference below nothing",
        code=gate("report.covered < floor", "report.covered - floor < 0"),
    ),
    Twin(
        name="sorted-set",
        task="gate",
        of="first-reason-alone",
        summary="a copy of the set",
        code=gate("return reasons", "return set(sorted(reasons))"),
    ),
)

PREDICT_PROBES = (
    Probe(
        test="test_cut",
        task="predict",
        promise="cut: two long names that differ at their end.",
        hints=(
            "How long may a name be in PostgreSQL?",
            "What comes after 63 bytes is cut off, and nobody says so.",
        ),
    ),
    Probe(
        test="test_not_synced",
        task="predict",
        promise="not_synced: SET LOCAL fsync.",
        hints=(
            "Whom does fsync concern: one session, or the whole server?",
            "It is the server's: PostgreSQL refuses, and SQLAlchemy tells so by a DBAPIError.",
        ),
    ),
    Probe(
        test="test_confirmed_early",
        task="predict",
        promise="confirmed_early: SET LOCAL synchronous_commit.",
        hints=(
            "When does a commit answer? May that differ from one transaction to the next?",
            "Of the three settings, this is the one that each transaction may choose.",
        ),
    ),
    Probe(
        test="test_seeded",
        task="predict",
        promise="seeded: a random number and a UUID, twice from one seed.",
        hints=(
            "Where does uuid4 take its bytes from?",
            "From the operating system, which has no seed of yours.",
        ),
    ),
    Probe(
        test="test_two_workers",
        task="predict",
        promise="two_workers: the same advisory lock, by two connections to one database.",
        hints=(
            "Whose is an advisory lock?",
            "One transaction has it, and the other is told so at once.",
        ),
    ),
)

WRONG_PREDICTIONS = (
    wrong_prediction("names-of-any-length", "cut", "True", "False", "A name may be of any length."),
    wrong_prediction(
        "fsync-by-session", "not_synced", '"DBAPIError"', '"off"', "Every setting can be set."
    ),
    wrong_prediction(
        "commit-by-server",
        "confirmed_early",
        '"off"',
        '"DBAPIError"',
        "Durability is the server's alone.",
    ),
    wrong_prediction(
        "seed-for-all",
        "seeded",
        "(True, False)",
        "(True, True)",
        "A seed repeats whatever is random.",
    ),
    wrong_prediction(
        "lock-by-connection",
        "two_workers",
        "[True, False]",
        "[True, True]",
        "Each connection has locks of its own.",
    ),
)

RIGHT_PREDICTIONS = (
    Twin(
        name="by-keyword",
        task="predict",
        of="seed-for-all",
        summary="a dictionary made by dict()",
        answer="""
PREDICTED = dict(
    cut=True, not_synced="DBAPIError", confirmed_early="off", seeded=[True, False],
    two_workers=(True, False),
)
""",
    ),
)

VARIANTS = Variants(
    tasks=TASKS,
    references=REFERENCES,
    twins=(*NAMES_TWINS, *FAST_TWINS, *MEND_TWINS, *GATE_TWINS, *RIGHT_PREDICTIONS),
    mutants=(
        *NAMES_MUTANTS,
        *FAST_MUTANTS,
        *MEND_MUTANTS,
        *GATE_MUTANTS,
        *WRONG_PREDICTIONS,
    ),
    probes=(*NAMES_PROBES, *PREDICT_PROBES),
)
