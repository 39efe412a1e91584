"""The migrations, the answers and the rules that this assignment is proved by."""

from nomocks.mutation.code import Patch
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
    Task("revision", "A revision"),
    Task("rows", "Rows from before"),
    Task("mend", "A way back"),
    Task("predict", "What autogenerate sees", literal=True),
)

UP, DOWN = "given:offers_up", "given:offers_down"
SHELVES_UP, SHELVES_DOWN = "given:shelves_up", "given:shelves_down"
CENTS = "UPDATE offers SET cents = round(price::numeric * 100) WHERE cents IS NULL"
CURRENCY = "coalesce(nullif(upper(btrim(currency)), ''), 'EUR')"
CLOSED = "ALTER currency SET DEFAULT 'EUR', ALTER currency SET NOT NULL"
PRICE = "cents / 100.0"
OPENED = "ALTER currency DROP DEFAULT, ALTER currency DROP NOT NULL"

REFERENCES = (
    Reference("as-it-is", "the migrations as they are"),
    Reference(
        "steps-apart",
        "the same migrations in other steps, and another name of an index",
        code=(
            Patch(
                UP,
                'op.execute("ALTER TABLE offers DROP price")',
                'op.execute("ALTER TABLE offers DROP COLUMN IF EXISTS price")',
            ),
            Patch(SHELVES_UP, "shelves_by_kind", "by_kind_and_room"),
            Patch(SHELVES_DOWN, "shelves_by_kind", "by_kind_and_room"),
        ),
    ),
)

REVISION_PROBES = (
    Probe(
        test="test_the_table_is_what_the_model_says",
        task="revision",
        promise="After upgrade, the table is what the model says.",
        points=2,
        hints=(
            "Go through the model line by line: type, NOT NULL, default, constraint, index, name.",
            "Is there anything in the table that the model does not know? An old index, a default "
            "that you needed for a moment, the old column, a constraint that is NOT VALID?",
        ),
    ),
    Probe(
        test="test_levels_become_tiers",
        task="revision",
        promise="A level becomes the tier of that name, however it was written.",
        hints=(
            "' GOLD ' is a level, '' is one, and NULL.",
            "coalesce(nullif(lower(btrim(level)), ''), 'basic')::member_tier",
        ),
    ),
    Probe(
        test="test_an_unknown_level_stops_it",
        task="revision",
        promise="A level that is no tier stops the migration.",
        hints=(
            "What does your revision make of 'platinum'?",
            "A cast to the enum type raises an error; a CASE with an ELSE hides one.",
        ),
    ),
    Probe(
        test="test_points_are_kept",
        task="revision",
        promise="Points are kept; none, or less than none, are 0.",
        hints=(
            "Which rows does your UPDATE write, and which should it leave?",
            "greatest(points, 0) is 0 for NULL as well.",
        ),
    ),
    Probe(
        test="test_the_first_of_the_same_stays",
        task="revision",
        promise="Of addresses that differ only in case the first stays, with all points.",
        hints=(
            "There may be three of the same. Who stays, and when do you add up?",
            "Add up per lower(email) into the row with min(id), and then delete the rows for which "
            "there is an earlier one.",
        ),
    ),
    Probe(
        test="test_downgrade_gives_back_the_table",
        task="revision",
        promise="downgrade gives back the table that was there before.",
        points=2,
        hints=(
            "Read what the table was before, line by line: what may be NULL, which index is there?",
            "An enum type is an object of its own. Drop it last.",
        ),
    ),
    Probe(
        test="test_members_come_back",
        task="revision",
        promise="After downgrade the level is the tier's name, and points and addresses are there.",
        hints=(
            "A column that was added is empty.",
            "UPDATE members SET level = tier::text, before the tier goes.",
        ),
    ),
    Probe(
        test="test_it_goes_up_again",
        task="revision",
        promise="It goes up, down, and up again.",
        hints=(
            "What is still there after the way down that the way up wants to make?",
            "Drop the enum type at the end of downgrade: tier.drop(op.get_bind()).",
        ),
    ),
    Probe(
        test="test_it_does_not_go_through_row_by_row",
        task="revision",
        promise="The number of statements does not depend on the number of members.",
        hints=(
            "How often does your loop send something?",
            "One UPDATE for all rows, in SQL.",
        ),
    ),
    Probe(
        test="test_it_does_not_wait_for_a_lock",
        task="revision",
        promise="Both ways give up within a second where somebody else holds a lock.",
        points=2,
        hints=(
            "What does ALTER TABLE do while somebody reads the table, and for how long?",
            "op.execute(\"SET LOCAL lock_timeout = '500ms'\"), at the beginning of both ways.",
        ),
    ),
)

IN_SQL = """
def upgrade():
    op.execute("SET LOCAL lock_timeout = '400ms'")
    op.execute("CREATE TYPE member_tier AS ENUM ('basic', 'silver', 'gold')")
    op.execute(
        '''WITH same AS (
            SELECT id, row_number() OVER (PARTITION BY lower(email) ORDER BY id) AS number,
                sum(greatest(points, 0)) OVER (PARTITION BY lower(email)) AS total
            FROM members
        ), gone AS (
            DELETE FROM members USING same WHERE same.id = members.id AND number > 1
        )
        UPDATE members SET points = total FROM same WHERE same.id = members.id AND number = 1'''
    )
    op.execute(
        '''ALTER TABLE members
            ALTER level TYPE member_tier USING (
                CASE WHEN btrim(level) <> '' THEN lower(btrim(level)) ELSE 'basic' END
            )::member_tier,
            ALTER points SET NOT NULL,
            ADD CONSTRAINT ck_members_points_not_negative CHECK (points >= 0)'''
    )
    op.execute("ALTER TABLE members RENAME level TO tier")
    op.execute("ALTER TABLE members ALTER tier SET NOT NULL")
    op.execute("DROP INDEX ix_members_email")
    op.execute("CREATE UNIQUE INDEX uq_members_email ON members (lower(email))")


def downgrade():
    op.execute("SET LOCAL lock_timeout = '400ms'")
    op.execute("DROP INDEX uq_members_email")
    op.execute("CREATE INDEX ix_members_email ON members (email)")
    op.execute(
        '''ALTER TABLE members
            ALTER tier DROP NOT NULL,
            ALTER tier TYPE text USING tier::text,
            ALTER points DROP NOT NULL,
            DROP CONSTRAINT ck_members_points_not_negative'''
    )
    op.execute("ALTER TABLE members RENAME tier TO level")
    op.execute("DROP TYPE member_tier")
"""
ADD_TIER = 'op.add_column("members", sa.Column("tier", tier))'
TIER_OF_LEVEL = "coalesce(nullif(lower(btrim(level)), ''), 'basic')::member_tier"
CHECKED = 'op.create_check_constraint("ck_members_points_not_negative", "members", "points >= 0")'
TOTAL = (
    '    op.execute(\n        """UPDATE members SET points = total FROM (\n'
    "            SELECT min(id) AS first, sum(points) AS total FROM members GROUP BY lower(email)\n"
    '        ) AS same WHERE id = first"""\n    )\n'
)
UPDATE = (
    '    op.execute(\n        """UPDATE members SET\n'
    f"            tier = {TIER_OF_LEVEL},\n"
    '            points = greatest(points, 0)"""\n    )\n'
)
BY_ROW = """    bind = op.get_bind()
    every = bind.execute(sa.text("SELECT id, level, points FROM members")).all()
    one = sa.text(
        "UPDATE members SET tier = CAST(:tier AS member_tier), points = :points WHERE id = :id"
    )
    for row in every:
        values = {"id": row.id, "tier": (row.level or "").strip().lower() or "basic"}
        bind.execute(one, values | {"points": max(row.points or 0, 0)})
"""

REVISION_MUTANTS = (
    Mutant(
        name="default-stays",
        task="revision",
        bug="The tier keeps the default that was needed to add it.",
        misconception="A server default is only for the rows that are there.",
        hints=("What does the model say about a default?",),
        killed_by="test_the_table_is_what_the_model_says",
        edits=(
            (ADD_TIER, 'op.add_column("members", sa.Column("tier", tier, server_default="basic"))'),
        ),
    ),
    Mutant(
        name="not-null-at-once",
        task="revision",
        bug="The tier is NOT NULL from the start.",
        misconception="What works on an empty table works.",
        hints=("Which tier do the members have who are there?",),
        killed_by="test_levels_become_tiers",
        edits=((ADD_TIER, 'op.add_column("members", sa.Column("tier", tier, nullable=False))'),),
    ),
    Mutant(
        name="level-as-written",
        task="revision",
        bug="Levels are taken as they are written.",
        misconception="People write what the documentation says.",
        hints=("Gold, GOLD, and a blank at the end.",),
        killed_by="test_levels_become_tiers",
        edits=(("lower(btrim(level))", "level"),),
    ),
    Mutant(
        name="blank-is-a-level",
        task="revision",
        bug="An empty level is not taken for none.",
        misconception="coalesce covers what is empty.",
        hints=("NULL and '' are two things.",),
        killed_by="test_levels_become_tiers",
        edits=(("nullif(lower(btrim(level)), '')", "lower(btrim(level))"),),
    ),
    Mutant(
        name="unknown-is-basic",
        task="revision",
        bug="A level that nobody knows becomes basic.",
        misconception="A migration must not fail.",
        hints=("Who will ever know about it?",),
        killed_by="test_an_unknown_level_stops_it",
        edits=(
            (
                TIER_OF_LEVEL,
                "(CASE WHEN lower(btrim(level)) IN ('silver', 'gold') THEN lower(btrim(level))"
                " ELSE 'basic' END)::member_tier",
            ),
        ),
    ),
    Mutant(
        name="points-overwritten",
        task="revision",
        bug="The backfill sets everybody's points to 0.",
        misconception="An UPDATE without WHERE fills what is empty.",
        hints=("Which rows does it write?",),
        killed_by="test_points_are_kept",
        edits=(("points = greatest(points, 0)", "points = 0"),),
    ),
    Mutant(
        name="points-readded",
        task="revision",
        bug="points is dropped, and added again as NOT NULL.",
        misconception="A column that is added again is the same column.",
        hints=("What was in it?",),
        killed_by="test_points_are_kept",
        edits=(
            (
                ADD_TIER,
                ADD_TIER + '\n    op.drop_column("members", "points")\n'
                '    op.add_column("members", sa.Column("points", sa.Integer))',
            ),
        ),
    ),
    Mutant(
        name="negative-points",
        task="revision",
        bug="Points below 0 are not looked at, and the CHECK is not validated.",
        misconception="NOT VALID makes the constraint fit the rows.",
        hints=("Which rows does a constraint that is NOT VALID speak of?",),
        killed_by="test_points_are_kept",
        edits=(
            ("greatest(points, 0)", "coalesce(points, 0)"),
            (
                CHECKED,
                'op.execute("ALTER TABLE members ADD CONSTRAINT ck_members_points_not_negative'
                ' CHECK (points >= 0) NOT VALID")',
            ),
        ),
    ),
    Mutant(
        name="never-validated",
        task="revision",
        bug="The CHECK is NOT VALID, and stays so.",
        misconception="NOT VALID is a quicker way to add the same constraint.",
        hints=("VALIDATE CONSTRAINT is the second half.",),
        killed_by="test_the_table_is_what_the_model_says",
        edits=(
            (
                CHECKED,
                'op.execute("ALTER TABLE members ADD CONSTRAINT ck_members_points_not_negative'
                ' CHECK (points >= 0) NOT VALID")',
            ),
        ),
    ),
    Mutant(
        name="old-index-stays",
        task="revision",
        bug="The index that nobody needs any more stays.",
        misconception="A new index takes the place of the old one.",
        hints=("Which indexes does the model name?",),
        killed_by="test_the_table_is_what_the_model_says",
        edits=(
            ('    op.drop_index("ix_members_email")\n', ""),
            ('    op.create_index("ix_members_email", "members", ["email"])\n', ""),
        ),
    ),
    Mutant(
        name="same-as-typed",
        task="revision",
        bug="Only addresses that are equal to the letter count as the same.",
        misconception="Duplicates are what is equal.",
        hints=("What does the new index compare?",),
        killed_by="test_the_first_of_the_same_stays",
        edits=(("lower(members.email) = lower(earlier.email)", "members.email = earlier.email"),),
    ),
    Mutant(
        name="last-stays",
        task="revision",
        bug="The last of the same addresses stays.",
        misconception="The newest row is the right one.",
        hints=("Which of them shall stay?",),
        killed_by="test_the_first_of_the_same_stays",
        edits=(("members.id > earlier.id", "members.id < earlier.id"),),
    ),
    Mutant(
        name="points-lost",
        task="revision",
        bug="The points of those who go are lost.",
        misconception="What is deleted was there twice.",
        hints=("Ann has 20 points under Ann@a.org.",),
        killed_by="test_the_first_of_the_same_stays",
        edits=((TOTAL, ""),),
    ),
    Mutant(
        name="index-not-restored",
        task="revision",
        bug="downgrade forgets the old index.",
        misconception="An index is no part of the data, so nobody misses it.",
        hints=("Read MEMBERS_BEFORE to its end.",),
        killed_by="test_downgrade_gives_back_the_table",
        edits=(('    op.create_index("ix_members_email", "members", ["email"])\n', ""),),
    ),
    Mutant(
        name="points-stay-required",
        task="revision",
        bug="After downgrade, points are still NOT NULL.",
        misconception="A stricter column does no harm to the old code.",
        hints=("The old code writes members without points.",),
        killed_by="test_downgrade_gives_back_the_table",
        edits=(('    op.alter_column("members", "points", nullable=True)\n', ""),),
    ),
    Mutant(
        name="level-stays-empty",
        task="revision",
        bug="downgrade adds the level, and does not fill it.",
        misconception="A downgrade is about the schema.",
        hints=("What is in a column that was added?",),
        killed_by="test_members_come_back",
        edits=(('    op.execute("UPDATE members SET level = tier::text")\n', ""),),
    ),
    Mutant(
        name="type-stays",
        task="revision",
        bug="downgrade leaves the enum type behind.",
        misconception="A type goes with the last column that uses it.",
        hints=("Go up a second time.",),
        killed_by="test_it_goes_up_again",
        edits=(("    tier.drop(op.get_bind())\n", ""),),
    ),
    Mutant(
        name="row-by-row",
        task="revision",
        bug="A loop in Python sends an UPDATE for each member.",
        misconception="A migration runs once, so its speed does not matter.",
        hints=("What happens to the lock meanwhile?",),
        killed_by="test_it_does_not_go_through_row_by_row",
        edits=((UPDATE, BY_ROW),),
    ),
    Mutant(
        name="waits-on-the-way-up",
        task="revision",
        bug="upgrade waits for a lock as long as it takes.",
        misconception="A quick statement keeps nobody waiting.",
        hints=("It has to get its lock first.",),
        killed_by="test_it_does_not_wait_for_a_lock",
        edits=(
            (
                "def upgrade():\n    op.execute(\"SET LOCAL lock_timeout = '200ms'\")\n",
                "def upgrade():\n",
            ),
        ),
    ),
    Mutant(
        name="waits-on-the-way-down",
        task="revision",
        bug="downgrade waits for a lock as long as it takes.",
        misconception="Nobody is there when a migration is taken back.",
        hints=("When do people go down? When something is wrong, at noon.",),
        killed_by="test_it_does_not_wait_for_a_lock",
        edits=(
            (
                "def downgrade():\n    op.execute(\"SET LOCAL lock_timeout = '200ms'\")\n",
                "def downgrade():\n",
            ),
        ),
    ),
)

REVISION_TWINS = (
    Twin(
        name="in-sql",
        task="revision",
        of="points-readded",
        summary="the column changes its type and its name; all in SQL",
        answer=IN_SQL,
    ),
    Twin(
        name="default-dropped",
        task="revision",
        of="default-stays",
        summary="the tier comes with a default, which is dropped",
        edits=(
            (ADD_TIER, 'op.add_column("members", sa.Column("tier", tier, server_default="basic"))'),
            (
                'op.alter_column("members", "tier", nullable=False)',
                'op.alter_column("members", "tier", nullable=False, server_default=None)',
            ),
        ),
    ),
    Twin(
        name="validated",
        task="revision",
        of="never-validated",
        summary="the CHECK is added as NOT VALID, and validated",
        edits=(
            (
                CHECKED,
                'op.execute("ALTER TABLE members ADD CONSTRAINT ck_members_points_not_negative'
                ' CHECK (points >= 0) NOT VALID")\n'
                '    op.execute("ALTER TABLE members'
                ' VALIDATE CONSTRAINT ck_members_points_not_negative")',
            ),
        ),
    ),
)


def exchanged(target: str, old: str, new: str) -> tuple[Patch, ...]:
    """One text of a migration in place of another."""
    return (Patch(target, old, new),)


ROWS_MUTANTS = (
    Mutant(
        name="cut-off",
        task="rows",
        bug="Fractions of a cent are cut off: 19.99 becomes 1998.",
        misconception="A price of two decimals times 100 is a whole number.",
        hints=(
            "19.99 * 100 is not 1999 in floating point.",
            "Write an offer of 19.99 before the way up, and expect 1999 cents.",
        ),
        killed_by="test_cents",
        code=exchanged(UP, "round(price::numeric * 100)", "trunc(price * 100)"),
    ),
    Mutant(
        name="no-price-is-free",
        task="rows",
        bug="An offer without a price costs 0 cents.",
        misconception="A number that is missing is 0.",
        hints=(
            "What does NULL mean in a price?",
            "Write an offer without a price, and expect None for its cents.",
        ),
        killed_by="test_cents",
        code=exchanged(
            UP, "round(price::numeric * 100)", "round(coalesce(price, 0)::numeric * 100)"
        ),
    ),
    Mutant(
        name="overwritten",
        task="rows",
        bug="Cents that the new code had written are overwritten by the old price.",
        misconception="Before the migration, the new column is empty.",
        hints=(
            "Which rows does the first statement write?",
            "Write an offer with a price of 5 and 450 cents. Which of the two counts?",
        ),
        killed_by="test_cents",
        code=exchanged(UP, " WHERE cents IS NULL", " WHERE price IS NOT NULL"),
    ),
    Mutant(
        name="blank-currency",
        task="rows",
        bug="An empty currency stays empty.",
        misconception="coalesce covers what is empty.",
        hints=(
            "NULL and '' are two things.",
            "Write an offer whose currency is '', and expect EUR.",
        ),
        killed_by="test_currency",
        code=exchanged(UP, CURRENCY, "coalesce(upper(btrim(currency)), 'EUR')"),
    ),
    Mutant(
        name="small-letters",
        task="rows",
        bug="A currency in small letters stays so.",
        misconception="Codes are always written in capitals.",
        hints=(
            "How else might somebody have written USD?",
            "Write an offer whose currency is 'usd', and expect USD.",
        ),
        killed_by="test_currency",
        code=exchanged(UP, CURRENCY, "coalesce(nullif(btrim(currency), ''), 'EUR')"),
    ),
    Mutant(
        name="no-default",
        task="rows",
        bug="After the way up, a new offer has to name its currency.",
        misconception="A backfill takes care of all rows.",
        hints=(
            "Which rows does an UPDATE not reach? Those of tomorrow.",
            "After the way up, write an offer without naming the column currency.",
        ),
        killed_by="test_a_new_offer",
        code=exchanged(UP, CLOSED, "ALTER currency SET NOT NULL"),
    ),
    Mutant(
        name="never-closed",
        task="rows",
        bug="After the way up, an offer may still have no currency.",
        misconception="A default makes a column required.",
        hints=(
            "Who may write NULL, where there is a default?",
            "After the way up, write an offer with currency=None, and expect IntegrityError.",
        ),
        killed_by="test_a_new_offer",
        code=exchanged(UP, CLOSED, "ALTER currency SET DEFAULT 'EUR'"),
    ),
    Mutant(
        name="whole-euros",
        task="rows",
        bug="The way down divides whole numbers: 1999 cents become 19.",
        misconception="/ is the same in SQL and in Python.",
        hints=(
            "Which price comes back, of one that is not whole?",
            "Go up and down with an offer of 19.99, and read its price.",
        ),
        killed_by="test_the_way_back",
        code=exchanged(DOWN, PRICE, "cents / 100"),
    ),
    Mutant(
        name="stays-closed",
        task="rows",
        bug="After the way down, an offer still needs a currency.",
        misconception="A stricter column does no harm to the old code.",
        hints=(
            "The old code is back after a way down. What does it write?",
            "Go up and down, and write an offer without a currency.",
        ),
        killed_by="test_the_way_back",
        code=exchanged(DOWN, OPENED, "ALTER currency DROP DEFAULT"),
    ),
)

ROWS_TWINS = (
    Twin(
        "rounded-later",
        "rows",
        "cut-off",
        "it rounds the product",
        code=exchanged(UP, "round(price::numeric * 100)", "round((price * 100)::numeric)"),
    ),
    Twin(
        "where-there-is-a-price",
        "rows",
        "no-price-is-free",
        "offers without a price are left out",
        code=exchanged(UP, "WHERE cents IS NULL", "WHERE cents IS NULL AND price IS NOT NULL"),
    ),
    Twin(
        "coalesced",
        "rows",
        "overwritten",
        "every row is written, with what it has",
        code=exchanged(
            UP, CENTS, "UPDATE offers SET cents = coalesce(cents, round(price::numeric * 100))"
        ),
    ),
    Twin(
        "by-case",
        "rows",
        "blank-currency",
        "a CASE for the currency",
        code=exchanged(
            UP,
            CURRENCY,
            "CASE WHEN btrim(currency) <> '' THEN upper(btrim(currency)) ELSE 'EUR' END",
        ),
    ),
    Twin(
        "capitals-first",
        "rows",
        "small-letters",
        "capitals before the blanks",
        code=exchanged(UP, CURRENCY, "coalesce(nullif(btrim(upper(currency)), ''), 'EUR')"),
    ),
    Twin(
        "default-cast",
        "rows",
        "no-default",
        "the default with its type",
        code=exchanged(UP, CLOSED, CLOSED.replace("'EUR'", "'EUR'::text")),
    ),
    Twin(
        "closed-first",
        "rows",
        "never-closed",
        "NOT NULL before the default",
        code=exchanged(UP, CLOSED, "ALTER currency SET NOT NULL, ALTER currency SET DEFAULT 'EUR'"),
    ),
    Twin(
        "times-a-hundredth",
        "rows",
        "whole-euros",
        "a product in place of the quotient",
        code=exchanged(DOWN, PRICE, "cents * 0.01"),
    ),
    Twin(
        "opened-first",
        "rows",
        "stays-closed",
        "NOT NULL goes before the default",
        code=exchanged(DOWN, OPENED, "ALTER currency DROP NOT NULL, ALTER currency DROP DEFAULT"),
    ),
)

MEND_MUTANTS = (
    Mutant(
        name="kind-stays",
        task="mend",
        bug="The way down leaves the enum type behind.",
        misconception="A type goes with the last column that uses it.",
        hints=(
            "What is left in the database that is in no table?",
            "Compare all that `schema` says, or go up a second time.",
        ),
        killed_by="test_there_and_back",
        code=exchanged(SHELVES_DOWN, "DROP TYPE shelf_kind", "SELECT 1"),
    ),
    Mutant(
        name="default-gone",
        task="mend",
        bug="The way down does not restore the default of the room.",
        misconception="Where the columns are the same, the table is.",
        hints=(
            "A column is more than its name.",
            "Take `schema` before and after, and expect no differences.",
        ),
        killed_by="test_there_and_back",
        code=exchanged(SHELVES_DOWN, "ALTER room SET DEFAULT 'hall'", "ALTER room DROP DEFAULT"),
    ),
    Mutant(
        name="index-gone",
        task="mend",
        bug="The way down does not restore the index.",
        misconception="Where the columns are the same, the table is.",
        hints=(
            "What belongs to a table, besides columns?",
            "Take `schema` before and after, and expect no differences.",
        ),
        killed_by="test_there_and_back",
        code=exchanged(SHELVES_DOWN, "CREATE INDEX shelves_by_room ON shelves (room)", "SELECT 2"),
    ),
    Mutant(
        name="centimeters",
        task="mend",
        bug="After the way down, heights are in centimeters, and rounded.",
        misconception="A column that has its type again has its values again.",
        hints=(
            "The test has a table without rows.",
            "Write a shelf of 1804 before the way up, and read it after the way down.",
        ),
        killed_by="test_the_shelves_are_as_they_were",
        code=exchanged(SHELVES_DOWN, "integer USING height * 10", "integer USING height"),
    ),
    Mutant(
        name="floor-shelves-gone",
        task="mend",
        bug="The way down deletes the shelves on the floor.",
        misconception="What the old schema can't express has to go.",
        hints=(
            "Which shelves does the revision treat in another way than the rest?",
            "Write a low shelf and a high one, and expect both of them back.",
        ),
        killed_by="test_the_shelves_are_as_they_were",
        code=exchanged(
            SHELVES_DOWN,
            "ALTER TABLE shelves DROP kind",
            "WITH gone AS (DELETE FROM shelves WHERE kind = 'floor') SELECT 1\")\n"
            '    op.execute("ALTER TABLE shelves DROP kind',
        ),
    ),
    Mutant(
        name="no-room-refused",
        task="mend",
        bug="The way down fails as soon as there is a shelf without a room.",
        misconception="The rows on the way down are those of the way up.",
        hints=(
            "What may people write between the two ways that they could not before?",
            "Between the ways, write a shelf without a room.",
        ),
        killed_by="test_a_shelf_without_a_room",
        code=exchanged(
            SHELVES_DOWN, "UPDATE shelves SET room = 'hall' WHERE room IS NULL", "SELECT 3"
        ),
    ),
)

MEND_TWINS = (
    Twin(
        "type-if-there",
        "mend",
        "kind-stays",
        "the type is dropped if it is there",
        code=exchanged(SHELVES_DOWN, "DROP TYPE shelf_kind", "DROP TYPE IF EXISTS shelf_kind"),
    ),
    Twin(
        "default-cast-to-text",
        "mend",
        "default-gone",
        "the default with its type",
        code=exchanged(SHELVES_DOWN, "SET DEFAULT 'hall'", "SET DEFAULT 'hall'::text"),
    ),
    Twin(
        "index-by-method",
        "mend",
        "index-gone",
        "the index with its method",
        code=exchanged(SHELVES_DOWN, "ON shelves (room)", "ON shelves USING btree (room)"),
    ),
    Twin(
        "divided",
        "mend",
        "centimeters",
        "divided by a tenth",
        code=exchanged(SHELVES_DOWN, "height * 10", "height / 0.1"),
    ),
    Twin(
        "column-dropped",
        "mend",
        "floor-shelves-gone",
        "the column is named as one",
        code=exchanged(SHELVES_DOWN, "shelves DROP kind", "shelves DROP COLUMN kind"),
    ),
    Twin(
        "room-by-coalesce",
        "mend",
        "no-room-refused",
        "every row is written, with its room or the hall",
        code=exchanged(
            SHELVES_DOWN,
            "SET room = 'hall' WHERE room IS NULL",
            "SET room = coalesce(room, 'hall')",
        ),
    ),
)


def predicted(program: str, answer: str) -> Probe:
    """A promise that a prediction is right."""
    return Probe(
        test=f"test_{program}",
        task="predict",
        promise=f"{program} is predicted.",
        hints=(answer,),
    )


PREDICT_PROBES = (
    predicted("shorter_code", "Types are compared, with their lengths."),
    predicted("renamed_column", "Does a comparison of two states know what happened in between?"),
    predicted("other_check", "What does autogenerate compare of a CHECK, as it comes?"),
    predicted("another_state", "What of an enum type is compared?"),
    predicted("no_default", "Which setting compares server defaults?"),
    predicted("may_be_empty", "NOT NULL is a property of the column."),
    predicted("renamed_index", "An index is found by its name."),
)

PREDICT_MUTANTS = (
    wrong_prediction(
        "lengths-ignored", "shorter_code", '["modify_type"]', "[]",
        "Only another type is another type.",
    ),
    wrong_prediction(
        "rename-seen", "renamed_column", '["add_column", "remove_column"]', '["modify_type"]',
        "Autogenerate notices that a column was renamed.",
    ),
    wrong_prediction(
        "check-seen", "other_check", "[]", '["add_constraint", "remove_constraint"]',
        "A constraint with another condition is another constraint.",
    ),
    wrong_prediction(
        "enum-seen", "another_state", "[]", '["modify_type"]',
        "The values of an enum are a part of its type, so they are compared.",
    ),
    wrong_prediction(
        "default-seen", "no_default", "[]", '["modify_default"]',
        "Server defaults are compared unless one says otherwise.",
    ),
    wrong_prediction(
        "null-unseen", "may_be_empty", '["modify_nullable"]', "[]",
        "NOT NULL is a constraint, and constraints are not compared.",
    ),
    wrong_prediction(
        "index-by-columns", "renamed_index", '["add_index", "remove_index"]', "[]",
        "An index is what it covers.",
    ),
)  # fmt: skip

PREDICT_TWINS = (
    Twin(
        name="tuples",
        task="predict",
        of="rename-seen",
        summary="a tuple in place of a list",
        edits=(('["add_column", "remove_column"]', '("add_column", "remove_column")'),),
    ),
)

VARIANTS = Variants(
    TASKS,
    REFERENCES,
    (*REVISION_TWINS, *ROWS_TWINS, *MEND_TWINS, *PREDICT_TWINS),
    (*REVISION_MUTANTS, *ROWS_MUTANTS, *MEND_MUTANTS, *PREDICT_MUTANTS),
    (*REVISION_PROBES, *PREDICT_PROBES),
)
