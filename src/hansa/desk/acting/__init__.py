"""Acting appointments: the mayor is away, somebody acts, and it ends by itself."""

from hansa.desk.acting.http import appointment_routes
from hansa.desk.acting.keeping import keep_appointments
from hansa.desk.acting.model import APPOINTMENT, delegation_of
from hansa.desk.acting.orders import CONSUMER

__all__ = [
    "APPOINTMENT",
    "CONSUMER",
    "appointment_routes",
    "delegation_of",
    "keep_appointments",
]
