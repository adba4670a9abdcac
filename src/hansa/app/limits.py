"""The thresholds of a city's rules as the lines of its charts: `watch` and console do not meet."""

from hansa import console
from hansa.app.node import Node
from hansa.watch import Rule, Threshold


def limits(node: Node) -> tuple[console.Limit, ...]:
    """A line per threshold, and one per level that makes it worse."""
    return tuple(line for rule in node.rules for line in _lines(rule))


def _lines(rule: Rule) -> list[console.Limit]:
    condition = rule.condition
    if not isinstance(condition, Threshold) or condition.operator not in ("<", "<=", ">", ">="):
        return []
    steps = [(condition.limit, rule.severity), *((one.at, one.severity) for one in rule.levels)]
    return [
        console.Limit(rule.type, condition.attribute, condition.operator, float(at), severity)
        for at, severity in steps
        if isinstance(at, int | float)
    ]
