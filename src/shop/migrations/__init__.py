"""How the shop's tables came to be, one revision at a time; run by Alembic."""
