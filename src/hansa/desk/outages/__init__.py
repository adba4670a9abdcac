"""Outages and planned works: how many houses, how many people, when back."""

from hansa.desk.outages.consumer import follow_outages
from hansa.desk.outages.gathering import Houses
from hansa.desk.outages.http import outage_routes
from hansa.desk.outages.known import Outages
from hansa.desk.outages.model import CONSUMER, OUTAGE, WORK, Cut
from hansa.desk.outages.opening import Office, office_of
from hansa.desk.outages.settings import OutageSettings, load_outages

__all__ = [
    "CONSUMER",
    "OUTAGE",
    "WORK",
    "Cut",
    "Houses",
    "Office",
    "OutageSettings",
    "Outages",
    "follow_outages",
    "load_outages",
    "office_of",
    "outage_routes",
]
