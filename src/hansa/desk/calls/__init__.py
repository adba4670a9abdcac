"""Calls: what citizens say, from the telephone to the call back."""

from hansa.desk.calls.http import call_routes
from hansa.desk.calls.keeping import keep_calls
from hansa.desk.calls.model import CALL, CONSUMER, Calling
from hansa.desk.calls.settings import CallSettings, load_calls

__all__ = ["CALL", "CONSUMER", "CallSettings", "Calling", "call_routes", "keep_calls", "load_calls"]
