"""XML from strangers as a tree: without document types, so that no entity can be declared.

An entity that names others by the thousand, or a file of this machine, begins in a document
type; messages of the standards that cities read (CAP, RSS, Atom, Open311) have none.
"""

from xml.etree import ElementTree
from xml.parsers import expat

from hansa.base.problems import BadRequestData

_LARGEST = 32 << 20  # bytes
_DEEPEST = 100  # elements within each other


class BadXml(BadRequestData):
    """The document is not well formed, or declares what nobody may declare here."""

    title = "The XML cannot be read"


def parse(data: bytes) -> ElementTree.Element:
    """The root element; BadXml names line and column of what is wrong."""
    if len(data) > _LARGEST:
        raise BadXml(f"is larger than {_LARGEST} bytes")
    _check(data)
    try:
        return ElementTree.fromstring(data)  # noqa: S314 - _check let no document type through
    except ElementTree.ParseError as error:
        line, column = error.position
        raise BadXml(str(error), where=f"line {line}, column {column}", rule="XML 1.0") from error


def local(element: ElementTree.Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def text_of(element: ElementTree.Element, name: str) -> str:
    """The text of the first child of that local name, stripped; "" where there is none."""
    found = child(element, name)
    return "" if found is None else "".join(found.itertext()).strip()


def child(element: ElementTree.Element, name: str) -> ElementTree.Element | None:
    """The first child of that local name."""
    return next((one for one in element if local(one) == name), None)


def children(element: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    """All children of that local name."""
    return [one for one in element if local(one) == name]


def _check(data: bytes) -> None:
    """Refuse a document type and deep nesting before a tree is built."""
    parser, depth = expat.ParserCreate(), 0

    def begin(_: str, __: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise BadXml(f"elements lie more than {_DEEPEST} deep", where=_place(parser))

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(*_: object) -> None:
        raise BadXml(
            "declares a document type",
            where=_place(parser),
            rule="no DTD from outside",
            remedy="send the document without <!DOCTYPE>",
        )

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        where = f"line {error.lineno}, column {error.offset}"
        raise BadXml(expat.ErrorString(error.code), where=where, rule="XML 1.0") from error


def _place(parser: expat.XMLParserType) -> str:
    return f"line {parser.CurrentLineNumber}, column {parser.CurrentColumnNumber}"
