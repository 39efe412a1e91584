"""The errors of this package."""


class LearnerError(ValueError):
    """Why something of the learner's can't be read, written or found, as one sentence."""
