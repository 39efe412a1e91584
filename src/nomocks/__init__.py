"""No Mocks: testing SQLAlchemy on a real PostgreSQL, and grading tests by the bugs they catch."""
