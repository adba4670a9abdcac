"""`q`, the query language of GS CIM 009 v1.9.1, 4.9: text to tree.

Beyond the grammar, as peers and people write it: white space between tokens, ranges inside
value lists, `!attr` for "is not there", patterns in quotes, parentheses to any depth, bare
words as values (they are terms to expand with `expandValues`, and texts without it).
"""

import re
from collections.abc import Set
from typing import Any

import orjson

from hansa.base.problems import TooComplexQuery
from hansa.context.query.ast import (
    Absent,
    Compare,
    Exists,
    Expression,
    Hop,
    Instant,
    Path,
    Range,
    ValueList,
    all_of,
    any_of,
)
from hansa.context.query.instants import DATE, DATETIME, TIME, moment
from hansa.context.query.patterns import search
from hansa.context.query.scan import NAME, PREFIXED, Names, Scanner, canonical, unchanged

MAX_TERMS = 200
MAX_DEPTH = 40
MAX_VALUES = 2000

_OPERATOR = re.compile(r"!~=|~=|==|!=|>=|<=|>|<")
_HINT = re.compile(r"[^\W\d_]\w*(?:,[^\W\d_]\w*)*:(?=[^\W\d_])")
_MEMBER = re.compile(r"[^\[\].\s]+")
_QUOTED = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w:])")
_INSTANT = re.compile(rf"(?:{DATETIME.pattern}|{DATE.pattern}|{TIME.pattern})(?![\w:-])", re.ASCII)
_BARE = re.compile(r'[^\W\d_](?:(?!\.\.)[^\s;|(),"<>{}\[\]\\^`])*')
_REGEX_IN_QUOTES = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\]|[^;|()\\\[\"]")

_COMPARABLE = "a number, a text in double quotes, a date-time, a date or a time"
_ANY_VALUE = f"{_COMPARABLE}, true, false or a URI"
_BOOLEANS = {"true": True, "false": False}


def parse_q(
    text: str, name: Names = unchanged, expand_values: Set[str] = frozenset()
) -> Expression:
    """The tree of a `q`; BadRequestData names the position, TooComplexQuery the limit.

    `expand_values`: canonical names of the attributes whose compared values are terms too.
    """
    parser = _Parser(Scanner(text, "q", "4.9"), name, expand_values)
    tree = parser.either(0)
    parser.scan.finish("';', '|' or the end")
    return tree


def parse_path(scan: Scanner, name: Names) -> Path:
    """The attribute path at the cursor, as `q` and `orderBy` write it."""
    return _Parser(scan, name, frozenset()).path((), PREFIXED)


class _Parser:
    def __init__(self, scan: Scanner, name: Names, expand: Set[str]) -> None:
        self.scan = scan
        self.name = name
        self.expand = expand
        self.terms = 0
        self.values = 0

    def either(self, depth: int) -> Expression:
        """`;` binds tighter than `|` (4.9)."""
        found = [self.both(depth)]
        while self.scan.accept("|"):
            found.append(self.both(depth))
        return any_of(found)

    def both(self, depth: int) -> Expression:
        found = [self.factor(depth)]
        while self.scan.accept(";"):
            found.append(self.factor(depth))
        return all_of(found)

    def factor(self, depth: int) -> Expression:
        if depth > MAX_DEPTH:
            raise TooComplexQuery(f"q nests deeper than {MAX_DEPTH} parentheses", where="q")
        if self.scan.accept("("):
            inner = self.either(depth + 1)
            self.scan.expect(")", "or ';' or '|'")
            return inner
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise TooComplexQuery(f"q has more than {MAX_TERMS} terms", where="q")
        return self.term()

    def term(self) -> Expression:
        if self.scan.accept("!"):
            return Absent(self.path((), PREFIXED))
        path = self.path((), PREFIXED)
        operator = self.scan.take(_OPERATOR)
        if operator is None:
            return Exists(path)
        if operator.endswith("~="):
            return Compare(path, operator, self.pattern())
        return Compare(path, operator, self.value(operator, path))

    # ---- paths

    def path(self, links: tuple[Hop, ...], pattern: re.Pattern[str]) -> Path:
        if len(links) > MAX_DEPTH:
            raise TooComplexQuery(f"q follows more than {MAX_DEPTH} relationships", where="q")
        first = canonical(self.scan.need(pattern, "the name of an attribute"), self.name)
        if self.scan.accept("{"):
            return self.linked(links, first)
        subs: list[str] = []
        while self.scan.accept("."):
            term = self.scan.need(PREFIXED, "the name of a sub-attribute")
            subs.append(canonical(term, self.name))
        return Path(first, tuple(subs), self.trail(), links)

    def linked(self, links: tuple[Hop, ...], relationship: str) -> Path:
        hint = self.scan.take(_HINT)
        types = tuple(map(self.name, hint[:-1].split(","))) if hint else ()
        path = self.path((*links, Hop(relationship, types)), NAME)
        self.scan.expect("}", "to end the linked entity")
        return path

    def trail(self) -> tuple[str, ...]:
        if not self.scan.accept("["):
            return ()
        found = [self.scan.need(_MEMBER, "a member of the value, or a language")]
        while self.scan.accept("."):
            found.append(self.scan.need(_MEMBER, "a member of the value"))
        self.scan.expect("]", "or '.' and a member")
        return tuple(found)

    # ---- values

    def value(self, operator: str, path: Path) -> Any:
        if operator not in ("==", "!="):
            return self.scalar(_COMPARABLE, path, plain=False)
        found = [self.ranged(path)]
        while self.scan.accept(","):
            found.append(self.ranged(path))
        return found[0] if len(found) == 1 else ValueList(tuple(found))

    def ranged(self, path: Path) -> Any:
        self.values += 1
        if self.values > MAX_VALUES:
            raise TooComplexQuery(f"q compares with more than {MAX_VALUES} values", where="q")
        start = self.scan.at
        low = self.scalar(_ANY_VALUE, path, plain=True)
        if not self.scan.accept(".."):
            return low
        high = self.scalar(_COMPARABLE, path, plain=False)
        if isinstance(low, bool) or kind_of(low) != kind_of(high):
            raise self.scan.fail("a range between two values of one kind", start)
        return Range(low, high)

    def scalar(self, expected: str, path: Path, plain: bool) -> Any:
        """One value; `plain` also allows true, false and bare URIs or words."""
        scan = self.scan
        if (quoted := scan.take(_QUOTED)) is not None:
            return self.expanded(self.unquote(quoted), path)
        if (text := scan.take(_INSTANT)) is not None:
            return self.instant(text)
        if (text := scan.take(_NUMBER)) is not None:
            return self.number(text)
        start = scan.at
        bare = scan.take(_BARE) if plain else None
        if bare is None or bare == "null":
            raise scan.fail(expected, start, "put a text in double quotes")
        return _BOOLEANS[bare] if bare in _BOOLEANS else self.expanded(bare, path)

    def expanded(self, text: str, path: Path) -> str:
        return self.name(text) if path.attribute in self.expand else text

    def unquote(self, quoted: str) -> str:
        try:
            text: str = orjson.loads(quoted)
        except orjson.JSONDecodeError as error:
            at = self.scan.at - len(quoted)
            raise self.scan.fail("a text as JSON writes it", at) from error
        return text

    def instant(self, text: str) -> Instant:
        if moment(text) is None:
            raise self.scan.fail("a date or time that exists", self.scan.at - len(text))
        return Instant(text)

    def number(self, text: str) -> int | float:
        value = float(text)
        if value in (float("inf"), float("-inf")):
            raise self.scan.fail("a number that is not too large", self.scan.at - len(text))
        return value if any(sign in text for sign in ".eE") else int(text)

    def pattern(self) -> str:
        """In quotes (then a quote inside is escaped) or up to the end of the term."""
        self.scan.blanks()
        start = self.scan.at
        quoted = self.scan.take(_REGEX_IN_QUOTES)
        if quoted is not None:
            found = _ESCAPED.sub(_keep_unless_quote, quoted[1:-1])
        else:
            found = self.bare_pattern()
        if not found and quoted is None:
            raise self.scan.fail("a regular expression", start)
        search(found, "q")
        return found

    def bare_pattern(self) -> str:
        scan, start, depth = self.scan, self.scan.at, 0
        while scan.at < len(scan.text):
            piece = _PIECE.match(scan.text, scan.at)
            here = scan.text[scan.at]
            if piece is None and depth == 0 and here in ';|)"':
                break
            depth += {"(": 1, ")": -1}.get(here, 0) if piece is None else 0
            scan.at = piece.end() if piece else scan.at + 1
        return scan.text[start : scan.at]


def _keep_unless_quote(found: re.Match[str]) -> str:
    return '"' if found.group(1) == '"' else found.group()


def kind_of(value: Any) -> str:
    """The data type of a query value in the sense of 4.9: number, text, boolean or an instant."""
    if isinstance(value, Instant):
        found = moment(value.text)
        return found[0] if found else "text"
    if isinstance(value, bool):
        return "boolean"
    return "text" if isinstance(value, str) else "number"
