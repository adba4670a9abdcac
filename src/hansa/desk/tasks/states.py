"""The life of a task as one table: which order is taken in which state, and where to.

Sent -> accepted -> on site -> done; an organisation may answer with any later state at once.
`reopen` is one step back, from an end and from a state that was set by mistake. A pause is no
state: a paused task stands where it stood, and its clock stands still.
"""

from collections.abc import Mapping
from enum import StrEnum

from hansa.desk.tasks.errors import TaskInAnotherState


class TaskState(StrEnum):
    """The states, as the attribute `state` holds them."""

    SENT = "sent"
    ACCEPTED = "accepted"
    ON_SITE = "onSite"
    DONE = "done"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class TaskVerb(StrEnum):
    """What may be ordered about a task, as the path names it."""

    ACCEPT = "accept"
    ON_SITE = "on-site"
    DONE = "done"
    RETURN = "return"
    NEW_TIME = "new-time"
    PAUSE = "pause"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    NOTE = "note"


OPEN = (TaskState.SENT, TaskState.ACCEPTED, TaskState.ON_SITE)

KIND: Mapping[TaskVerb, str] = {
    TaskVerb.ACCEPT: "task-accepted",
    TaskVerb.ON_SITE: "task-on-site",
    TaskVerb.DONE: "task-done",
    TaskVerb.RETURN: "task-returned",
    TaskVerb.NEW_TIME: "task-new-time",
    TaskVerb.PAUSE: "task-paused",
    TaskVerb.RESUME: "task-resumed",
    TaskVerb.WITHDRAW: "task-withdrawn",
    TaskVerb.REOPEN: "task-reopened",
    TaskVerb.NOTE: "task-note",
}
"""The kind of timeline entry that each order leaves."""

TRANSITIONS: Mapping[tuple[TaskState, TaskVerb], TaskState] = {
    (TaskState.SENT, TaskVerb.ACCEPT): TaskState.ACCEPTED,
    (TaskState.SENT, TaskVerb.ON_SITE): TaskState.ON_SITE,
    (TaskState.ACCEPTED, TaskVerb.ON_SITE): TaskState.ON_SITE,
    **{(state, TaskVerb.DONE): TaskState.DONE for state in OPEN},
    **{(state, TaskVerb.RETURN): TaskState.RETURNED for state in OPEN},
    **{(state, TaskVerb.NEW_TIME): state for state in OPEN},
    **{(state, TaskVerb.PAUSE): state for state in OPEN},
    **{(state, TaskVerb.RESUME): state for state in OPEN},
    **{(state, TaskVerb.WITHDRAW): TaskState.WITHDRAWN for state in OPEN},
    (TaskState.RETURNED, TaskVerb.WITHDRAW): TaskState.WITHDRAWN,
    (TaskState.ACCEPTED, TaskVerb.REOPEN): TaskState.SENT,
    (TaskState.ON_SITE, TaskVerb.REOPEN): TaskState.ACCEPTED,
    (TaskState.DONE, TaskVerb.REOPEN): TaskState.ACCEPTED,
    (TaskState.RETURNED, TaskVerb.REOPEN): TaskState.SENT,
    (TaskState.WITHDRAWN, TaskVerb.REOPEN): TaskState.SENT,
    **{(state, TaskVerb.NOTE): state for state in TaskState},
}

OF_THE_DESK = frozenset({TaskVerb.WITHDRAW})
"""Orders that whoever sent a task may give, and who was asked may not."""


def step(state: str, verb: TaskVerb, *, paused: bool = False, where: str = "") -> TaskState:
    """The state after the order; TaskInAnotherState says what the present state allows."""
    origin = TaskState(state)
    found = TRANSITIONS.get((origin, verb)) if verb in _possible(origin, paused=paused) else None
    if found is None:
        stands = f"{state} and paused" if paused else state
        raise TaskInAnotherState(
            f"a task that is {stands} cannot be ordered to {verb}",
            where=where,
            rule=", ".join(TaskState),
            remedy=f"now possible: {', '.join(_possible(origin, paused=paused))}",
        )
    return found


def _possible(state: TaskState, *, paused: bool) -> tuple[TaskVerb, ...]:
    missing = TaskVerb.PAUSE if paused else TaskVerb.RESUME
    return tuple(verb for origin, verb in TRANSITIONS if origin is state and verb is not missing)
