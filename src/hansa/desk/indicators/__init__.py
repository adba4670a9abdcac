"""Indicators of the city's own services: declared in its folder, computed as of any moment."""

from hansa.desk.indicators.loading import load_indicators
from hansa.desk.indicators.model import Indicator, Kind

__all__ = ["Indicator", "Kind", "load_indicators"]
