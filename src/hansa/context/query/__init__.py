"""The query languages of NGSI-LD: text to tree, tree to matcher, SQL, order and projection."""

from hansa.context.query.ast import (
    Absent,
    And,
    Compare,
    Exists,
    Expression,
    Geo,
    Hop,
    Instant,
    Never,
    Or,
    Order,
    Path,
    Projection,
    Query,
    Range,
    ScopeAll,
    ScopeAny,
    ScopeExpression,
    ScopeIs,
    TypeAll,
    TypeAny,
    TypeExpression,
    TypeIs,
    ValueList,
    all_of,
    any_of,
)
from hansa.context.query.index import box, cells
from hansa.context.query.matcher import Match, compile_matcher, compile_where
from hansa.context.query.order import order_key
from hansa.context.query.parse_aggregation import parse_aggregation
from hansa.context.query.parse_geo import parse_geo, parse_geometry
from hansa.context.query.parse_order import parse_order
from hansa.context.query.parse_projection import parse_attrs, parse_projection
from hansa.context.query.parse_q import parse_q
from hansa.context.query.parse_selection import parse_scopes, parse_types
from hansa.context.query.parse_window import parse_window
from hansa.context.query.project import keep_datasets, project
from hansa.context.query.render import (
    render_path,
    render_projection,
    render_q,
    render_scopes,
    render_types,
)
from hansa.context.query.rewrite import follows, needs, restrict, visible
from hansa.context.query.sql import Selection, compile_sql
from hansa.context.query.targets import Candidate, Linked

__all__ = [
    "Absent",
    "And",
    "Candidate",
    "Compare",
    "Exists",
    "Expression",
    "Geo",
    "Hop",
    "Instant",
    "Linked",
    "Match",
    "Never",
    "Or",
    "Order",
    "Path",
    "Projection",
    "Query",
    "Range",
    "ScopeAll",
    "ScopeAny",
    "ScopeExpression",
    "ScopeIs",
    "Selection",
    "TypeAll",
    "TypeAny",
    "TypeExpression",
    "TypeIs",
    "ValueList",
    "all_of",
    "any_of",
    "box",
    "cells",
    "compile_matcher",
    "compile_sql",
    "compile_where",
    "follows",
    "keep_datasets",
    "needs",
    "order_key",
    "parse_aggregation",
    "parse_attrs",
    "parse_geo",
    "parse_geometry",
    "parse_order",
    "parse_projection",
    "parse_q",
    "parse_scopes",
    "parse_types",
    "parse_window",
    "project",
    "render_path",
    "render_projection",
    "render_q",
    "render_scopes",
    "render_types",
    "restrict",
    "visible",
]
