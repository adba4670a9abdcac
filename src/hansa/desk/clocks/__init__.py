"""Working calendars: when an organisation works, and how long a stretch of time is on its clock."""

from hansa.desk.clocks.counting import due, worked
from hansa.desk.clocks.loading import load_calendars
from hansa.desk.clocks.model import ROUND_THE_CLOCK, WorkingCalendar

__all__ = ["ROUND_THE_CLOCK", "WorkingCalendar", "due", "load_calendars", "worked"]
