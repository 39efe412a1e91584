"""A small assignment about users, quick to grade, with one task and two bugs."""

from pathlib import Path

import pytest

from nomocks.mutation.assignment import Assignment, read

EXERCISE = """\
```{code-cell} ipython3
---
nbgrader:
  grade: false
  grade_id: setup
  locked: true
---
%load_ext nomocks.grading
%assignment small

import asyncio, os, time

import pytest
from shop.models import User
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
```

```{code-cell} ipython3
---
nbgrader:
  grade: false
  grade_id: users
  solution: true
---
%%task users
### BEGIN SOLUTION
async def test_an_email_belongs_to_one_user(session):
    session.add_all([User(email="a@b.c", name="A"), User(email="a@b.c", name="B")])
    with pytest.raises(IntegrityError):
        await session.flush()


async def test_a_user_has_a_name(session):
    session.add(User(email="a@b.c"))
    with pytest.raises(IntegrityError):
        await session.flush()
### END SOLUTION
```

```{code-cell} ipython3
---
nbgrader:
  grade: true
  grade_id: check-users
  locked: true
  points: 3
---
check("users")
```
"""

VARIANTS = """\
from nomocks.mutation.schema import drop_constraint, drop_not_null, unique_by_index
from nomocks.mutation.variants import Mutant, Reference, Task, Twin, Variants

VARIANTS = Variants(
    tasks=(Task("users", "Users"),),
    references=(
        Reference("as-it-is", "the schema as it is"),
        Reference(
            "renamed",
            "the schema with another name",
            ("ALTER TABLE users RENAME CONSTRAINT uq_users_email TO one_email",),
        ),
    ),
    twins=(
        Twin(
            "by-index",
            "users",
            "twice",
            "a unique index instead",
            unique_by_index("users", "uq_users_email", "email"),
        ),
    ),
    mutants=(
        Mutant(
            "twice",
            "users",
            "Two users may have one email.",
            "The form checks.",
            ("The first hint.", "The second hint."),
            "test_an_email_belongs_to_one_user",
            (drop_constraint("users", "uq_users_email"),),
            points=2,
        ),
        Mutant(
            "nameless",
            "users",
            "A user may have no name.",
            "UNIQUE is enough.",
            ("Leave the name out.",),
            "test_a_user_has_a_name",
            (drop_not_null("users", "name"),),
        ),
    ),
)
"""


@pytest.fixture
def small(tmp_path: Path) -> Assignment:
    """The assignment, in a folder ``solutions/small`` of its own."""
    folder = tmp_path / "solutions" / "small"
    folder.mkdir(parents=True)
    (folder / "exercise.md").write_text(EXERCISE)
    (folder / "variants.py").write_text(VARIANTS)
    return read(folder)
