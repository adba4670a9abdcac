"""Tasks to organisations: sent, answered, overdue."""

from hansa.desk.tasks.work import Work, load_work

__all__ = ["Work", "load_work"]
