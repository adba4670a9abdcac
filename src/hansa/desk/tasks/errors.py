"""What the desk refuses about tasks."""

from hansa.desk.errors import WrongState


class TaskInAnotherState(WrongState):
    """The task's state does not allow the order (accepting twice, work after its end)."""

    title = "The task is in another state"
