"""Room `desk`: who does what about it, by when? Incidents out of alerts, worked to their close."""

from hansa.desk.acting import (
    APPOINTMENT,
    appointment_routes,
    delegation_of,
    keep_appointments,
)
from hansa.desk.acting import CONSUMER as ACTING
from hansa.desk.addresses import Addresses, address_routes
from hansa.desk.attachments import ATTACHMENT, taken_along
from hansa.desk.calls import CONSUMER as CALLS
from hansa.desk.calls import Calling, CallSettings, call_routes, keep_calls, load_calls
from hansa.desk.consumer import run
from hansa.desk.contacts import contact_routes
from hansa.desk.entities import CONSUMER
from hansa.desk.http import routes
from hansa.desk.indicators import load_indicators
from hansa.desk.keeping import keep_level, keep_report
from hansa.desk.outages import CONSUMER as OUTAGES
from hansa.desk.outages import (
    Office,
    Outages,
    OutageSettings,
    follow_outages,
    load_outages,
    office_of,
    outage_routes,
)
from hansa.desk.privacy import CONSUMER as PRIVACY
from hansa.desk.privacy import PrivacySettings, keep_privacy, load_privacy, privacy_routes
from hansa.desk.report.document import document
from hansa.desk.report.http import Format, report_routes
from hansa.desk.report.making import Reporter
from hansa.desk.report.settings import ReportSettings, load_report
from hansa.desk.settings import DeskSettings, load_desk
from hansa.desk.shifts import CONSUMER as SHIFTS
from hansa.desk.shifts import Sheets, ShiftSettings, keep_shifts, load_shifts, shift_routes
from hansa.desk.standin import CONSUMER as STAND_IN
from hansa.desk.standin import for_replay, stand_in
from hansa.desk.states import TRANSITIONS, State, Verb
from hansa.desk.tasks import CONSUMER as TASKS
from hansa.desk.tasks import NO_WORK, Work, follow_tasks, load_work, task_routes
from hansa.desk.themes import Catalogue, Suggester, Theme, keep_themes, load_themes, theme_routes
from hansa.desk.worktable import worktable_routes

__all__ = [
    "ACTING",
    "APPOINTMENT",
    "ATTACHMENT",
    "CALLS",
    "CONSUMER",
    "NO_WORK",
    "OUTAGES",
    "PRIVACY",
    "SHIFTS",
    "STAND_IN",
    "TASKS",
    "TRANSITIONS",
    "Addresses",
    "CallSettings",
    "Calling",
    "Catalogue",
    "DeskSettings",
    "Format",
    "Office",
    "OutageSettings",
    "Outages",
    "PrivacySettings",
    "ReportSettings",
    "Reporter",
    "Sheets",
    "ShiftSettings",
    "State",
    "Suggester",
    "Theme",
    "Verb",
    "Work",
    "address_routes",
    "appointment_routes",
    "call_routes",
    "contact_routes",
    "delegation_of",
    "document",
    "follow_outages",
    "follow_tasks",
    "for_replay",
    "keep_appointments",
    "keep_calls",
    "keep_level",
    "keep_privacy",
    "keep_report",
    "keep_shifts",
    "keep_themes",
    "load_calls",
    "load_desk",
    "load_indicators",
    "load_outages",
    "load_privacy",
    "load_report",
    "load_shifts",
    "load_themes",
    "load_work",
    "office_of",
    "outage_routes",
    "privacy_routes",
    "report_routes",
    "routes",
    "run",
    "shift_routes",
    "stand_in",
    "taken_along",
    "task_routes",
    "theme_routes",
    "worktable_routes",
]
