"""`pick`, `omit` and `attrs` (4.21): which members of an entity are wanted."""

from hansa.base.problems import TooComplexQuery
from hansa.context.query.ast import Projection
from hansa.context.query.scan import PREFIXED, Names, Scanner, canonical, unchanged

MAX_DEPTH = 20


def parse_projection(text: str, member: str = "pick", name: Names = unchanged) -> Projection:
    """The tree of `a,b{c,d}`; `member` is the parameter's name. Raises BadRequestData."""
    scan = Scanner(text, member, "4.21")
    found = _terms(scan, name, 0)
    scan.finish("',' or the end")
    return found


def parse_attrs(text: str, name: Names = unchanged, member: str = "attrs") -> tuple[str, ...]:
    """Canonical names of a plain list of attributes, each once, in order."""
    scan = Scanner(text, member, "table 6.4.3.2-1")
    found = [canonical(scan.need(PREFIXED, "the name of an attribute"), name)]
    while scan.accept(","):
        found.append(canonical(scan.need(PREFIXED, "the name of an attribute"), name))
    scan.finish("',' or the end")
    return tuple(dict.fromkeys(found))


def _terms(scan: Scanner, name: Names, depth: int) -> Projection:
    if depth > MAX_DEPTH:
        raise TooComplexQuery(f"{scan.member} nests deeper than {MAX_DEPTH}")
    members: dict[str, Projection | None] = {}
    more = True
    while more:
        start = scan.at
        term = canonical(scan.need(PREFIXED, "the name of a member"), name)
        if term in members:
            raise scan.fail("each member once", start)
        members[term] = _nested(scan, name, depth)
        more = scan.accept(",") or scan.accept("|")
    return Projection(members)


def _nested(scan: Scanner, name: Names, depth: int) -> Projection | None:
    if not scan.accept("{"):
        return None
    inner = _terms(scan, name, depth + 1)
    scan.expect("}", "or ',' and a member of the linked entity")
    return inner
