"""Room `watch`: what is not as it should be? Rules over the change log, alerts out of it."""

from hansa.watch.consumer import run
from hansa.watch.http import routes
from hansa.watch.loading import load_rules
from hansa.watch.plan import CONSUMER
from hansa.watch.replay import Firing, replay_rule
from hansa.watch.rules import Rule, Threshold
from hansa.watch.trial import Trial, trial_document, try_rules
from hansa.watch.upkeep import check_shown

__all__ = [
    "CONSUMER",
    "Firing",
    "Rule",
    "Threshold",
    "Trial",
    "check_shown",
    "load_rules",
    "replay_rule",
    "routes",
    "run",
    "trial_document",
    "try_rules",
]
