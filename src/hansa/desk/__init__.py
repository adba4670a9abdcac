"""Room `desk`: who does what about it, by when? Incidents out of alerts, worked to their close."""

from hansa.desk.consumer import run
from hansa.desk.http import routes
from hansa.desk.intake import CONSUMER
from hansa.desk.settings import DeskSettings, load_desk
from hansa.desk.states import TRANSITIONS, State, Verb

__all__ = [
    "CONSUMER",
    "TRANSITIONS",
    "DeskSettings",
    "State",
    "Verb",
    "load_desk",
    "routes",
    "run",
]
