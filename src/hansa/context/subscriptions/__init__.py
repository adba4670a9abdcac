"""Subscriptions with durable notifications (GS CIM 009 v1.9.1, 5.8)."""

from hansa.context.subscriptions.hub import Subscriptions
from hansa.context.subscriptions.model import PARCEL, Kept, Live
from hansa.context.subscriptions.showing import show

__all__ = ["PARCEL", "Kept", "Live", "Subscriptions", "show"]
