"""The walls around submissions, and the PostgreSQL that they are graded on."""
