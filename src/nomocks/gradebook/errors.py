"""What this package raises."""


class GradebookError(RuntimeError):
    """Why marks can't be written into a course of nbgrader's, as one sentence."""
