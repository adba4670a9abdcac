"""The verb `rules-test`: when each rule would have fired on what the home remembers."""

from collections.abc import Mapping
from typing import Any

from hansa import watch
from hansa.app.node import Node
from hansa.base import times
from hansa.base.problems import ResourceNotFound


async def rules_test(node: Node, given: Mapping[str, Any]) -> Any:
    """Try all rules or one, over a span or all history."""
    chosen = [one for one in node.rules if given["rule"] in (None, one.id)]
    if not chosen:
        raise ResourceNotFound(
            f"the city has no rule {given['rule']}",
            remedy=f"one of: {', '.join(rule.id for rule in node.rules)}",
        )
    city = node.city
    view = city.guard.view(city.guard.machine(watch.CONSUMER, city.world))
    trial = await watch.try_rules(city, view, chosen, _moment(given["from"]), _moment(given["to"]))
    return watch.trial_document(trial) | {"rules": [rule.id for rule in chosen]}


def _moment(text: str | None) -> Any:
    return times.parse_instant(text) if text else None
