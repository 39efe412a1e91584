"""Planted bugs: variants of a schema as data, SQL that makes them, and the kill matrix."""
