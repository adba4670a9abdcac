"""The situation report on paper: one sheet of ready words, set as a page and as PDF."""

from hansa.desk.report.paper.layout import lay_out
from hansa.desk.report.paper.page import render

__all__ = ["lay_out", "render"]
