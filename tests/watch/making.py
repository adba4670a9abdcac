"""Rules and sightings for tests, written as short as they can be read."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from hansa.base.vocabulary import load_vocabulary
from hansa.watch.engine import concerns, see, wake
from hansa.watch.loading import load_rules
from hansa.watch.model import Changed, Cleared, Effect, KeyState, Opened, Sighting
from hansa.watch.rules import Rule

VOCABULARY = load_vocabulary()
MINUTE = 60_000_000
BUOY = "urn:ngsi-ld:WaterQualityObserved:buoy"

OXYGEN: dict[str, Any] = {
    "id": "oxygen",
    "title": {"en": "Low oxygen at {name}: {value}"},
    "when": {"type": "WaterQualityObserved"},
    "threshold": {"attribute": "O2", "operator": "<", "value": 5, "clear": 6},
    "severity": "medium",
}
CALLS: dict[str, Any] = {
    "id": "calls",
    "title": {"en": "{count} requests, {place}"},
    "when": {"type": "Open311ServiceRequest", "q": 'service_name=="No heat"'},
    "count": {"atLeast": 3, "window": "2 h", "by": "district"},
    "severity": "medium",
}
SILENCE: dict[str, Any] = {
    "id": "silence",
    "title": {"en": "{name} is silent for {value}"},
    "when": {"type": "WaterQualityObserved"},
    "absence": {"attribute": "O2", "longerThan": "30 min"},
    "severity": "low",
}


def rules_of(folder: Path, *shapes: Mapping[str, Any]) -> tuple[Rule, ...]:
    """The rules as if the city's folder held them."""
    folder.mkdir(exist_ok=True)
    text = yaml.safe_dump({"rules": [dict(one) for one in shapes]}, allow_unicode=True)
    (folder / "rules.yaml").write_text(text, encoding="utf-8")
    return load_rules(folder, VOCABULARY, ("en",))


def reading(minute: float, value: Any, entity: str = BUOY, **more: Any) -> Sighting:
    """A reading of oxygen at a minute."""
    at = round(minute * MINUTE)
    document = {"O2": {"type": "Property", "value": value}}
    observed = {"O2": at}
    return Sighting(entity, document, frozenset({"O2"}), at, observed, **more)


def request(minute: float, name: str, district: str = "North", **more: Any) -> Sighting:
    """A citizen request that came to be known at a minute."""
    document = {
        "service_name": {"type": "Property", "value": more.pop("service", "No heat")},
        "district": {"type": "Property", "value": district},
    }
    if point := more.pop("at", None):
        geometry = {"type": "Point", "coordinates": point}
        document["location"] = {"type": "GeoProperty", "value": geometry}
    more = {"created": True, **more}
    at = round(minute * MINUTE)
    return Sighting(f"urn:x:{name}", document, frozenset(document), at, {}, **more)


class Run:
    """A rule over sightings, with the states and effects that came of it."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.states: dict[str, KeyState] = {}
        self.effects: list[Effect] = []

    def see(self, *sightings: Sighting) -> "Run":
        for sighting in sightings:
            if concerns(self.rule, sighting):
                self._keep(see(self.rule, self.states, sighting))
        return self

    def pass_time(self, minute: float) -> "Run":
        """Let every wake up to a minute ring, in order."""
        until = round(minute * MINUTE)
        while due := [
            (state.wake, key)
            for key, state in self.states.items()
            if state.wake is not None and state.wake <= until
        ]:
            moment, key = min(due)
            self._keep(wake(self.rule, self.states, key, moment))
        return self

    def _keep(self, step: Any) -> None:
        for key, state in step.states.items():
            if state is None:
                self.states.pop(key, None)
            else:
                assert KeyState.from_note(state.note(), state.past()) == state
                self.states[key] = state
        self.effects += step.effects

    @property
    def told(self) -> list[str]:
        return told(self.effects)


def told(effects: Iterable[Effect]) -> list[str]:
    """Effects in words: `open medium 12`, `raise high 14`, `clear 20` (minutes)."""
    grown = [one for one in effects if isinstance(one, Changed) and not one.raised]
    return [_word(effect) for effect in effects if effect not in grown]


def _word(effect: Effect) -> str:
    minute = f"{effect.at / MINUTE:g}"
    if isinstance(effect, Cleared):
        return f"clear {minute}"
    verb = "open" if isinstance(effect, Opened) else "raise"
    return f"{verb} {effect.severity} {minute}"
