"""The hand-over sheet as a page and as PDF: the forms beside its JSON."""

from collections.abc import Mapping
from typing import Any

import orjson

from hansa import desk
from hansa.app.node import Node
from hansa.desk import handover


def forms(node: Node) -> Mapping[str, desk.Format]:
    """The forms of a sheet beside JSON; the helper process sets the PDF."""
    about = handover.About(node.settings.title, node.settings.zone, _terms(node))

    async def html(told: Mapping[str, Any], language: str, _: str) -> bytes:
        return handover.render(handover.lay_out(told, about, language)).encode()

    async def pdf(told: Mapping[str, Any], language: str, _: str) -> bytes:
        paper = orjson.dumps(handover.lay_out(told, about, language))
        made: bytes = await node.city.helper.call("pdf.handover", paper)
        return made

    return {
        "html": desk.Format("text/html; charset=utf-8", html),
        "pdf": desk.Format("application/pdf", pdf),
    }


def _terms(node: Node) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    roles = node.city.guard.policy.roles
    return {
        **node.reporter.settings.terms,
        "severity": {step.name: step.words for step in node.vocabulary.severity},
        "role": {name: one.words for name, one in roles.items()},
        "reason": {**node.desk.reasons, **node.desk.machine_reasons},
    }
