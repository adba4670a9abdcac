"""The task to an organisation that has not said how its outage stands. Pure.

Only where the city says so (`report: {task: true}`), and where the outage has an incident, under
which the organisation sees it.
"""

from hansa.base.ids import urn
from hansa.base.times import parse_instant
from hansa.context import Change, Entity, Op, Unchanged
from hansa.desk.entities import listed, refers
from hansa.desk.outages.announcing import Tending
from hansa.desk.outages.entities import local_of
from hansa.desk.outages.model import MACHINE, Cut
from hansa.desk.outages.settings import OutageSettings
from hansa.desk.tasks import Work
from hansa.desk.tasks.model import TASK, due_timer, new_task, told
from hansa.desk.tasks.opening import about_incident


def asked(
    cut: Cut, incident: Entity | None, settings: OutageSettings, work: Work, number: int
) -> Tending:
    """The task with its line and timer; nothing where the city asks for none."""
    organization = work.organization(cut.organization) if cut.organization else None
    if not settings.task or incident is None or organization is None or cut.next_report is None:
        return Tending()
    if incident.value("state") == "closed":
        return Tending()
    now = cut.next_report
    words = {one: str(text) for one, text in settings.texts["report-task"].items()}
    about = {
        **about_incident(incident.document),
        "title": {"type": "LanguageProperty", "languageMap": words},
    }
    task = urn(TASK, f"{local_of(cut.id)}:report:{number}")
    body = new_task(incident.id, organization, work.settings.within, about, MACHINE, now)
    local = f"{local_of(cut.id)}:report:{number}:task-sent"
    more = {"due": body["due"], "refOutage": refers(cut.id)}
    changes = [
        told(local, task, body, "task-sent", MACHINE, now, machine=True, more=more),
        Change(Op.CREATE, task, body),
    ]
    held = listed(incident.value("organizations"))
    if organization.id not in held:
        named = {"organizations": refers((*held, organization.id))}
        changes.append(Change(Op.APPEND, incident.id, named))
    return Tending(
        tuple(changes),
        (Unchanged(incident.id, incident.change),),
        (due_timer(task, parse_instant(body["due"]["value"])),),
    )
