"""The hand-over sheet: one model of what a shift leaves to the next, frozen with a digest."""

from hansa.desk.shifts.sheet.document import digest_of, document
from hansa.desk.shifts.sheet.making import Sheets

__all__ = ["Sheets", "digest_of", "document"]
