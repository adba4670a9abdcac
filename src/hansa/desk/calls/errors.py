"""What the desk refuses about calls."""

from hansa.desk.errors import WrongState


class CallInAnotherState(WrongState):
    """The call's state does not allow the order (closing before anybody called back)."""

    title = "The call is in another state"
