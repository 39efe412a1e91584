"""Ways to keep tests apart: each module is a pytest plugin that replaces fixtures of ours."""
