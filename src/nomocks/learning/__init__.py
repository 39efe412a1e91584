"""A learner's own folder: copies of the notebooks, and what was reached in them."""
