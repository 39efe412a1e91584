"""What is wrong with a variant."""


class VariantError(ValueError):
    """Why a variant can't be planted, or would change nothing, as one sentence."""
