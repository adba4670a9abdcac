"""The situation report as a file: the verb behind `hansa report`, and the forms beside JSON."""

import base64
from collections.abc import Mapping
from typing import Any

import orjson

from hansa import desk
from hansa.app.node import Node
from hansa.base.problems import BadRequestData
from hansa.desk.report import paper


def formats(node: Node) -> Mapping[str, desk.Format]:
    """The forms of a report beside JSON; the helper process sets the PDF."""

    async def html(told: Mapping[str, Any], language: str, origin: str) -> bytes:
        return paper.render(told, language, origin).encode()

    async def pdf(told: Mapping[str, Any], language: str, origin: str) -> bytes:
        sheet = orjson.dumps(paper.lay_out(told, language, origin))
        made: bytes = await node.city.helper.call("pdf.report", sheet)
        return made

    return {
        "html": desk.Format("text/html; charset=utf-8", html),
        "pdf": desk.Format("application/pdf", pdf),
    }


async def report(node: Node, given: Mapping[str, Any]) -> Any:
    """The report of a day as the bytes of a file, and the name that file should have."""
    city, name = node.city, str(given["format"])
    language = _language(node, given["language"])
    moments = node.reporter.moments(given["day"] or "", given["at"] or "")
    grant = city.guard.machine("level", city.world)
    found = await node.reporter.make(city.guard.view(grant), moments)
    if given["keep"]:
        await desk.keep_report(node.reporter, grant, found)
    told = desk.document(found)
    if name == "json":
        made = orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    elif (form := formats(node).get(name)) is not None:
        made = await form.render(told, language, "")
    else:
        raise BadRequestData(f"{name!r} is no format of this node", where="--format")
    return {"file": f"{told['file']}.{name}", "base64": base64.b64encode(made).decode()}


def _language(node: Node, asked: str | None) -> str:
    languages = node.settings.languages
    if asked and asked not in languages:
        raise BadRequestData(
            f"the city does not speak {asked!r}",
            where="--language",
            remedy=f"one of {', '.join(languages)}",
        )
    return asked or languages[0]
