"""Shifts: who is on duty, what must be done at its hour, and what is handed over."""

from hansa.desk.shifts.duties import CONSUMER
from hansa.desk.shifts.http import shift_routes
from hansa.desk.shifts.keeping import keep_shifts
from hansa.desk.shifts.loading import load_shifts
from hansa.desk.shifts.model import ShiftSettings
from hansa.desk.shifts.sheet import Sheets

__all__ = ["CONSUMER", "Sheets", "ShiftSettings", "keep_shifts", "load_shifts", "shift_routes"]
