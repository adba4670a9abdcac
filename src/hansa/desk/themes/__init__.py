"""Themes: what people call about, as the city lists it, and which one their words mean."""

from hansa.desk.themes.http import theme_routes
from hansa.desk.themes.keeping import keep_themes
from hansa.desk.themes.loading import load_themes
from hansa.desk.themes.model import CallKind, Catalogue, Learning, Theme
from hansa.desk.themes.suggester import Suggester
from hansa.desk.themes.suggesting import Suggestion

__all__ = [
    "CallKind",
    "Catalogue",
    "Learning",
    "Suggester",
    "Suggestion",
    "Theme",
    "keep_themes",
    "load_themes",
    "theme_routes",
]
