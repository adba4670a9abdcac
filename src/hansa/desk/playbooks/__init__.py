"""Playbooks: what is done, by whom and by when, when an incident of a kind opens."""

from hansa.desk.playbooks.loading import load_playbooks
from hansa.desk.playbooks.model import Playbook, Step, playbook_for

__all__ = ["Playbook", "Step", "load_playbooks", "playbook_for"]
