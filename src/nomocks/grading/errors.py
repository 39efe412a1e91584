"""What keeps the grader from grading."""


class NotGradedError(RuntimeError):
    """The grader itself could not go on, through no fault of the tests. One sentence."""
