"""The hand-over sheet on paper: one model of ready words, set as a page and as PDF."""

from hansa.desk.handover.page import render
from hansa.desk.handover.paper import About, lay_out

__all__ = ["About", "lay_out", "render"]
