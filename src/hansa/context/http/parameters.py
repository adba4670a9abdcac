"""Query parameters of the NGSI-LD API: declared for OpenAPI, read into queries and shapes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData, InvalidRequest
from hansa.base.times import parse_instant
from hansa.base.web import Parameter, Params
from hansa.context.http.asking import GEO_JSON, Ask
from hansa.context.query import (
    And,
    Expression,
    Or,
    Projection,
    Query,
    parse_geo,
    parse_order,
    parse_projection,
    parse_q,
    parse_scopes,
    parse_types,
)
from hansa.context.representation import Form, Shape, preferences

_INTEGER = {"type": "integer", "minimum": 0}
_FLAG = {"type": "boolean"}
_OPTIONS = frozenset({"sysAttrs", "noOverwrite", "update", "replace", "temporalValues"})
_FIXED = frozenset({"id", "type", "scope"})
_SYSTEM = frozenset({"createdAt", "modifiedAt", "deletedAt", "expiresAt", "observedAt"})


def named(*names: str) -> tuple[Parameter, ...]:
    """The declarations of these parameters, in order."""
    return tuple(_KNOWN[name] for name in names)


def _declared(*given: tuple[str, str] | tuple[str, str, dict[str, Any]]) -> dict[str, Parameter]:
    return {
        one[0]: Parameter(one[0], one[1], schema=one[2] if len(one) == 3 else {"type": "string"})
        for one in given
    }


_KNOWN = _declared(
    ("id", "URIs of entities, comma separated"),
    ("type", "Selection of entity types (4.17)"),
    ("idPattern", "Regular expression on ids"),
    ("attrs", "Attributes, comma separated (deprecated by pick)"),
    ("pick", "Members wanted (4.21)"),
    ("omit", "Members not wanted (4.21)"),
    ("q", "Query on values (4.9)"),
    ("csf", "Context source filter (4.9); this node asks no other source"),
    ("georel", "Geographic relation (4.10)"),
    ("geometry", "Type of the reference geometry"),
    ("coordinates", "Coordinates of the reference geometry, JSON"),
    ("geoproperty", "GeoProperty of the query, location by default"),
    ("geometryProperty", "GeoProperty that GeoJSON draws, location by default"),
    ("scopeQ", "Scope query (4.19)"),
    ("lang", "Languages wanted, as in Accept-Language"),
    ("datasetId", "URIs of data sets, @none for the default instances"),
    ("expandValues", "Attributes whose values in q are terms"),
    ("orderBy", "Order of the entities (4.23)"),
    ("orderFrom", "Coordinates to measure distances from"),
    ("orderGeometry", "Geometry of orderFrom, Point by default"),
    ("limit", "Elements per page", _INTEGER),
    ("offset", "Elements to skip", _INTEGER),
    ("count", "Count all that match", _FLAG),
    ("local", "This node only; it always is", _FLAG),
    ("options", "sysAttrs, and forms as in format"),
    ("format", "normalized, concise, simplified (keyValues)"),
    ("details", "Details instead of names", _FLAG),
    ("deleteAll", "All instances of the attribute", _FLAG),
    ("timerel", "before, after or between (4.11)"),
    ("timeAt", "Moment, RFC 3339"),
    ("endTimeAt", "End of between, RFC 3339"),
    ("timeproperty", "observedAt, createdAt, modifiedAt or deletedAt"),
    ("lastN", "Newest instances per attribute", {"type": "integer", "minimum": 1}),
    ("aggrMethods", "Methods of format=aggregatedValues, comma separated (4.5.19)"),
    ("aggrPeriodDuration", "Length of each period, ISO 8601; PT0S: one for the whole window"),
    ("observedAt", "Of attributes that say none"),
    ("at", "As known to the city at this moment, RFC 3339 (Hansa)"),
)

SHOWING = ("attrs", "pick", "omit", "lang", "datasetId", "options", "format")
SELECTING = (
    *("id", "type", "idPattern", "q", "csf", "georel", "geometry", "coordinates", "geoproperty"),
    *("scopeQ", "expandValues", "local"),
)
PAGING = ("limit", "offset", "count")
ORDERING = ("orderBy", "orderFrom", "orderGeometry")
WHEN = (
    *("timerel", "timeAt", "endTimeAt", "timeproperty", "lastN"),
    *("aggrMethods", "aggrPeriodDuration"),
)


# ---- what is wanted


def selection(ask: Ask) -> Query:
    """The query of a GET; BadRequestData when it is too wide (5.7.2.4)."""
    params, name = ask.request.query, ask.names.inward
    if (csf := params.get("csf")) is not None:
        parse_q(csf, name)
    for uri in (ids := params.listed("id")):
        check_uri(uri, "id")
    query = Query(
        ids=ids,
        id_pattern=params.get("idPattern"),
        types=_parsed(params, "type", lambda text: parse_types(text, name)),
        where=_parsed(params, "q", lambda text: parse_q(text, name, _expanded(ask))),
        geo=_geo(params, ask),
        scope=_parsed(params, "scopeQ", parse_scopes),
        order=_order(ask),
    )
    return wide_enough(query, ask, params.flag("local"))


def wide_enough(query: Query, ask: Ask, local: bool = False) -> Query:
    """The query when it selects by more than ids (5.7.2.4), with what the shape selects too."""
    shape_attrs = attributes_wanted(ask)
    asked = query.where is not None and not only_system(query.where)
    named_attrs = any(one not in _SYSTEM for one in shape_attrs)
    if not (query.types or asked or query.geo or named_attrs or local):
        raise BadRequestData(
            "the query is too wide",
            rule="GS CIM 009 v1.9.1, 5.7.2.4",
            remedy="name a type, attributes, q, georel or local=true",
        )
    return query


def only_system(tree: Expression) -> bool:
    """Whether a q speaks of system attributes alone (5.7.2.4)."""
    if isinstance(tree, And | Or):
        return all(only_system(one) for one in tree.terms)
    path = getattr(tree, "path", None)
    return path is None or path.attribute in _SYSTEM


def attributes_wanted(ask: Ask) -> tuple[str, ...]:
    """Canonical names in `attrs`, or the attributes in `pick`: an entity must have one."""
    params, name = ask.request.query, ask.names.inward
    if "attrs" in params:
        return attrs_of(params, name)
    if (text := params.get("pick")) is not None:
        members = parse_projection(text, "pick", name).members
        return () if _FIXED & members.keys() else tuple(members)
    return ()


def attrs_of(params: Params, name: Any) -> tuple[str, ...]:
    """Canonical names in `attrs`: terms or IRIs, but no members of the data model itself."""
    found = params.listed("attrs")
    if not found or any(one in _FIXED for one in found):
        raise BadRequestData("is no list of attributes", where="attrs", rule="5.7.2")
    return tuple(dict.fromkeys(one if one in _SYSTEM else name(one, "attrs") for one in found))


def _parsed(params: Params, name: str, parse: Any) -> Any:
    text = params.get(name)
    if text is None:
        return None
    if not text:
        raise BadRequestData("the parameter is empty", where=name)
    return parse(text)


def _expanded(ask: Ask) -> frozenset[str]:
    return frozenset(ask.names.inward(one) for one in ask.request.query.listed("expandValues"))


def _geo(params: Params, ask: Ask) -> Any:
    georel = params.get("georel")
    if georel is None:
        if "geometry" in params or "coordinates" in params:
            raise BadRequestData("geometry and coordinates need georel beside them", where="georel")
        return None
    geometry, coordinates = params.get("geometry"), params.get("coordinates")
    return parse_geo(georel, geometry, coordinates, params.get("geoproperty"), ask.names.inward)


def _order(ask: Ask) -> Any:
    params = ask.request.query
    if (text := params.get("orderBy")) is None:
        return ()
    return parse_order(text, ask.names.inward, params.get("orderFrom"), params.get("orderGeometry"))


def paging(ask: Ask) -> tuple[int, int, bool]:
    """(limit, offset, count): 5.5.9 and 6.3.10."""
    params, limits = ask.request.query, ask.service.limits
    limit = params.whole("limit", limits.page, 0, limits.largest_page)
    offset = params.whole("offset", 0)
    count = params.flag("count")
    if limit is None or offset is None:
        raise AssertionError("whole() answers its default")
    if limit == 0 and not count:
        raise BadRequestData("limit=0 asks for nothing but the count", where="limit", rule="6.3.13")
    return limit, offset, count


def moment(ask: Ask) -> datetime | None:
    """`at`: the state as it was known then."""
    text = ask.request.query.get("at")
    return None if text is None else parse_instant(text)


# ---- how it is shown


def shape(ask: Ask, context: Any = None, given: tuple[Form, bool] | None = None) -> Shape:
    """The shape of the answer; InvalidRequest for what no form is.

    `given`: (form, sysAttrs) where the caller reads `format` and `options` itself.
    """
    params, name = ask.request.query, ask.names.inward
    form, system = given or forms(params)
    if "geometryProperty" in params and ask.media != GEO_JSON:
        raise BadRequestData(
            "geometryProperty belongs to GeoJSON", where="geometryProperty", rule="5.7.2.4"
        )
    lang = params.get("lang")
    if lang is not None:
        preferences(lang)
    attrs = attrs_of(params, name) if "attrs" in params else None
    pick, omit = _projection(params, "pick", name), _projection(params, "omit", name)
    check_projections(pick, omit, attrs)
    return Shape(
        form=form,
        system=system,
        lang=lang,
        pick=pick,
        omit=omit,
        attrs=None if attrs is None else frozenset(attrs),
        datasets=datasets(params),
        world=ask.world,
        context=context,
    )


def check_projections(pick: Any, omit: Any, attrs: Any) -> None:
    """`attrs` stands alone, and no member is both wanted and not wanted (4.21)."""
    if attrs is not None and (pick is not None or omit is not None):
        raise BadRequestData("attrs beside pick or omit", where="attrs", rule="4.21")
    if pick is not None and omit is not None and pick.members.keys() & omit.members.keys():
        raise BadRequestData("a member in pick and in omit", where="omit", rule="4.21")


def _projection(params: Params, member: str, name: Any) -> Projection | None:
    text = params.get(member)
    if text is None:
        return None
    found = parse_projection(text, member, name)
    if any(inner is not None for inner in found.members.values()):
        raise BadRequestData(
            "linked entities are not joined here", where=member, rule="5.7.2.4 and 4.5.23"
        )
    return found


def datasets(params: Params) -> tuple[str, ...]:
    """`datasetId`: URIs or @none."""
    found = params.listed("datasetId")
    for one in found:
        if one != "@none":
            check_uri(one, "datasetId")
    return found


def forms(params: Params) -> tuple[Form, bool]:
    """(form, sysAttrs) of `format` and `options`, which must not contradict each other."""
    options = options_of(params)
    named_forms = {_FORMS[one] for one in options if one in _FORMS}
    given = params.get("format")
    if given is not None:
        if given not in _FORMS:
            raise InvalidRequest(f"{given!r} is no form", where="format", rule="6.3.7")
        named_forms = {_FORMS[given]}
    if len(named_forms) > 1:
        raise InvalidRequest("more than one form is asked for", where="options", rule="6.3.7")
    return next(iter(named_forms), Form.NORMALIZED), "sysAttrs" in options


def options_of(params: Params, extra: Iterable[str] = ()) -> frozenset[str]:
    """The members of `options`, each known."""
    found = frozenset(params.listed("options"))
    for one in found - _OPTIONS - _FORMS.keys() - frozenset(extra):
        raise InvalidRequest(f"{one!r} is no option", where="options", rule="6.3.7")
    return found


_FORMS = {
    "normalized": Form.NORMALIZED,
    "concise": Form.CONCISE,
    "simplified": Form.SIMPLIFIED,
    "keyValues": Form.SIMPLIFIED,
}
