"""Documents in and out: what clients send becomes canonical, what is stored becomes theirs."""

from hansa.context.model import WORLD_MEMBER
from hansa.context.representation.aggregated import aggregated
from hansa.context.representation.geojson import collection, feature
from hansa.context.representation.geometry import check_geometry, looks_like_geometry
from hansa.context.representation.kinds import NULL, VALUE_OF, is_nothing, nothing
from hansa.context.representation.language import preferences
from hansa.context.representation.reading import (
    CREATE,
    MERGE,
    PARTIAL,
    UPDATE,
    Rules,
    read_attribute,
    read_entity,
    read_fragment,
)
from hansa.context.representation.rendering import (
    render,
    render_all,
    render_bytes,
    render_fragment,
)
from hansa.context.representation.shape import Form, Shape
from hansa.context.representation.temporal import evolution
from hansa.context.representation.uris import check_visible_uri

__all__ = [
    "CREATE",
    "MERGE",
    "NULL",
    "PARTIAL",
    "UPDATE",
    "VALUE_OF",
    "WORLD_MEMBER",
    "Form",
    "Rules",
    "Shape",
    "aggregated",
    "check_geometry",
    "check_visible_uri",
    "collection",
    "evolution",
    "feature",
    "is_nothing",
    "looks_like_geometry",
    "nothing",
    "preferences",
    "read_attribute",
    "read_entity",
    "read_fragment",
    "render",
    "render_all",
    "render_bytes",
    "render_fragment",
]
