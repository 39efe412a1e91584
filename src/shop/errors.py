"""What the shop refuses to do. Each message is one sentence that a customer may read."""


class ShopError(Exception):
    """Anything that the shop refuses."""


class NotFound(ShopError):
    """What was asked for does not exist, or no longer."""


class Invalid(ShopError):
    """A value that makes no sense, such as an order without lines."""


class Conflict(ShopError):
    """It made sense, but not at this moment."""


class EmailTaken(Conflict):
    """Another user has registered with this address."""


class SkuTaken(Conflict):
    """Another product has this SKU."""


class OutOfStock(Conflict):
    """Fewer pieces are left than were ordered."""


class WrongStatus(Conflict):
    """The order's status does not allow it."""


class ChangedMeanwhile(Conflict):
    """Someone else has changed the order since it was read."""


class TooLate(Conflict):
    """The time to send something back is over."""


class TooMany(Conflict):
    """More pieces are to be sent back than were ordered, and are not on their way already."""


class AlreadyReviewed(Conflict):
    """One user reviews one product once."""


class Declined(Conflict):
    """The payment provider refused to charge, or to give back."""


class ProviderDown(ShopError):
    """The payment provider gave no answer that says whether it has done what it was asked."""
