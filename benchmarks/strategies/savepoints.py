"""An outer transaction that is rolled back; commits release a savepoint.

It replaces nothing: this is what the fixtures of `nomocks.testing.plugin` do.
"""
