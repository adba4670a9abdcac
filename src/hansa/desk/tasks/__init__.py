"""Tasks to organisations: sent, answered, overdue."""

from hansa.desk.tasks.consumer import follow_tasks
from hansa.desk.tasks.http import task_routes
from hansa.desk.tasks.model import CONSUMER
from hansa.desk.tasks.opening import with_playbooks
from hansa.desk.tasks.work import NO_WORK, Work, load_work

__all__ = [
    "CONSUMER",
    "NO_WORK",
    "Work",
    "follow_tasks",
    "load_work",
    "task_routes",
    "with_playbooks",
]
