"""Batches over HTTP (5.6.7 to 5.6.10, 5.6.20): what can be done is done, the rest is told.

Elements are read one by one, and the loop is given back now and then, so that a large batch
does not hold up the readers beside it.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData, Problem
from hansa.base.web import Request, Response
from hansa.context.http.answers import empty, multi_status
from hansa.context.http.asking import JSON, Ask, element_names, hear_body
from hansa.context.http.entities import rules_for
from hansa.context.http.parameters import options_of
from hansa.context.http.service import Service
from hansa.context.jsonld import Names
from hansa.context.model import Change, Op, Outcome
from hansa.context.representation import CREATE, MERGE, UPDATE, Rules, read_entity, read_fragment

_BREATH = 25  # elements between two yields to the event loop

Read = Callable[[Any, Names], Change]


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a batch, in the order of the request."""

    outcomes: Sequence[Outcome]
    errors: Sequence[Mapping[str, Any]]


async def batch_create(service: Service, request: Request) -> Response:
    """POST /entityOperations/create (5.6.7)."""
    ask, elements = await hear_body(service, request, inner=True)
    done = await _carry_out(ask, elements, _entity(ask, Op.CREATE, CREATE))
    return _created(ask, done)


async def batch_upsert(service: Service, request: Request) -> Response:
    """POST /entityOperations/upsert (5.6.8): whole entities, or with options=update attributes."""
    ask, elements = await hear_body(service, request, inner=True)
    update = "update" in options_of(request.query)
    op = Op.UPDATE_OR_CREATE if update else Op.UPSERT
    done = await _carry_out(ask, elements, _entity(ask, op, CREATE))
    return _created(ask, done)


async def batch_update(service: Service, request: Request) -> Response:
    """POST /entityOperations/update (5.6.9)."""
    ask, elements = await hear_body(service, request, inner=True)
    keep = "noOverwrite" in options_of(request.query)
    read = _part(ask, Op.APPEND_NEW if keep else Op.APPEND, UPDATE)
    return _unchanged(ask, await _carry_out(ask, elements, read))


async def batch_merge(service: Service, request: Request) -> Response:
    """POST /entityOperations/merge (5.6.20)."""
    ask, elements = await hear_body(service, request, inner=True)
    return _unchanged(ask, await _carry_out(ask, elements, _part(ask, Op.MERGE, MERGE)))


async def batch_delete(service: Service, request: Request) -> Response:
    """POST /entityOperations/delete (5.6.10): a list of ids."""
    ask, elements = await hear_body(service, request, inner=True)

    def read(element: Any, names: Names) -> Change:
        return Change(Op.DELETE, check_uri(element))

    return _unchanged(ask, await _carry_out(ask, elements, read, contexts=False))


def _entity(ask: Ask, op: Op, rules: Rules) -> Read:
    rules = rules_for(ask, rules)

    def read(element: Any, names: Names) -> Change:
        body = read_entity(element, names, rules)
        return Change(op, body["id"], body)

    return read


def _part(ask: Ask, op: Op, rules: Rules) -> Read:
    rules = replace(rules_for(ask, rules), partial=False)

    def read(element: Any, names: Names) -> Change:
        body = read_fragment(element, names, rules)
        entity_id = check_uri(body.pop("id", None))
        return Change(op, entity_id, body)

    return read


async def _carry_out(ask: Ask, elements: Any, read: Read, *, contexts: bool = True) -> Done:
    if not isinstance(elements, list) or not elements:
        raise BadRequestData("is no list with members", where="body", rule="5.6.7")
    if None in elements:
        raise BadRequestData("null is no entity", where="body", rule="4.5.0")
    changes: list[Change] = []
    errors: list[Mapping[str, Any]] = []
    for place, element in enumerate(elements):
        if place % _BREATH == _BREATH - 1:
            await asyncio.sleep(0)
        try:
            names = element_names(ask, element) if contexts else ask.names
            changes.append(read(element, names))
        except Problem as problem:
            errors.append(_error(_id_of(element), problem))
    commit = await ask.service.city.write(ask.grant, changes, each=True) if changes else None
    outcomes = () if commit is None else commit.outcomes
    errors += [_error(one.id, one.problem) for one in outcomes if one.problem is not None]
    refused = [_error(one.id, _not_written(one)) for one in outcomes if one.refused]
    return Done([one for one in outcomes if one.problem is None], [*errors, *refused])


def _not_written(outcome: Outcome) -> Problem:
    names = ", ".join(outcome.refused)
    return BadRequestData(f"attributes that were not written: {names}", where=outcome.id)


def _id_of(element: Any) -> str:
    given = element.get("id", element.get("@id")) if isinstance(element, Mapping) else element
    return given if isinstance(given, str) else ""


def _error(entity_id: str, problem: Problem) -> dict[str, Any]:
    return {"entityId": entity_id, "error": problem.document()}


def _created(ask: Ask, done: Done) -> Response:
    """201 with the ids created, 204 where all were there, 207 where some failed."""
    if done.errors:
        return _partly(ask, done)
    created = list(dict.fromkeys(one.id for one in done.outcomes if one.created))
    if not created:
        return empty(ask)
    return Response(201, orjson.dumps(created), (("Content-Type", JSON),))


def _unchanged(ask: Ask, done: Done) -> Response:
    return _partly(ask, done) if done.errors else empty(ask)


def _partly(ask: Ask, done: Done) -> Response:
    """207 with a BatchOperationResult (5.2.16)."""
    success = [one.id for one in done.outcomes if not one.refused]
    return multi_status(ask, {"success": list(dict.fromkeys(success)), "errors": list(done.errors)})
