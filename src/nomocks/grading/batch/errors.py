"""What stops a batch."""


class BatchError(RuntimeError):
    """Why a batch can't begin or go on, as one sentence."""
