"""OpenAPI 3.1 generated from the route table, so that it cannot tell another story."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from hansa.base.web.response import PROBLEM_JSON
from hansa.base.web.route import Access, Operation, Route

_NAME = re.compile(r"\{(\w+)(?:\.\.\.)?\}")
_PROBLEM = {"$ref": "#/components/schemas/Problem"}


def openapi(routes: Iterable[Route], info: Mapping[str, Any]) -> dict[str, Any]:
    """The document; `info` is OpenAPI's info object (title, version …)."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = _NAME.sub(r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": dict(info),
        "paths": paths,
        "components": {
            "schemas": {"Problem": _problem_schema()},
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "hansa"}},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    operation = route.operation
    described: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": _operation_id(route),
        "responses": _responses(operation),
    }
    if operation.tags:
        described["tags"] = list(operation.tags)
    if parameters := [*_path_parameters(route.path), *_parameters(operation)]:
        described["parameters"] = parameters
    if operation.request:
        content = {media: {"schema": schema} for media, schema in operation.request.items()}
        described["requestBody"] = {"content": content}
    if route.access is not Access.PUBLIC:
        described["security"] = [{"session": []}]
    return described


def _operation_id(route: Route) -> str:
    words = re.findall(r"\w+", route.path)
    return "_".join([route.method.lower(), *words])


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _NAME.findall(path)
    ]


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "in": one.where,
            "description": one.description,
            "required": one.required,
            "schema": dict(one.schema),
        }
        for one in operation.parameters
    ]


def _responses(operation: Operation) -> dict[str, Any]:
    listed: dict[str, Any] = {
        str(status): {"description": words} for status, words in operation.responses.items()
    }
    listed["default"] = {
        "description": "A problem document (RFC 9457)",
        "content": {PROBLEM_JSON: {"schema": _PROBLEM}},
    }
    return listed


def _problem_schema() -> dict[str, Any]:
    texts = ("type", "title", "detail", "where", "rule", "remedy")
    properties: dict[str, Any] = {name: {"type": "string"} for name in texts}
    properties["status"] = {"type": "integer"}
    return {"type": "object", "required": ["type", "title", "status"], "properties": properties}
