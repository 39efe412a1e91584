"""A small shop: the application that every chapter of the course tests."""
