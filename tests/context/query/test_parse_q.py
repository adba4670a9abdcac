"""`q` to tree: each production of 4.9 once, and each refusal with its place."""

import re

import pytest

from hansa.base.problems import BadRequestData, TooComplexQuery
from hansa.context.query import (
    Absent,
    And,
    Compare,
    Exists,
    Hop,
    Instant,
    Or,
    Path,
    Range,
    ValueList,
    parse_q,
)

A, B, C = Exists(Path("a")), Exists(Path("b")), Exists(Path("c"))


def equals(value: object) -> Compare:
    return Compare(Path("a"), "==", value)


TREES = {
    "exists": ("a", A),
    "absent": ("!a", Absent(Path("a"))),
    "cyrillic name": ("Улица_2", Exists(Path("Улица_2"))),
    "prefixed name": ("ex:speed>1", Compare(Path("ex:speed"), ">", 1)),
    "and": ("a;b;c", And((A, B, C))),
    "or": ("a|b|c", Or((A, B, C))),
    "and binds tighter": ("a|b;c", Or((A, And((B, C))))),
    "and binds tighter, left": ("a;b|c", Or((And((A, B)), C))),
    "parentheses first": ("(a|b);c", And((Or((A, B)), C))),
    "needless parentheses": ("((a));(b;c)", And((A, B, C))),
    "blanks": (" ( a | b ) ; c ", And((Or((A, B)), C))),
    "whole number": ("a==20", equals(20)),
    "negative fraction": ("a==-1.5e3", equals(-1500.0)),
    "true": ("a==true", equals(True)),
    "false": ("a==false", equals(False)),
    "text": ('a=="Mercedes"', equals("Mercedes")),
    "text with escapes": (r'a=="\"\u00e9\\;|)\n"', equals('"é\\;|)\n')),
    "empty text": ('a==""', equals("")),
    "uri": ("a==urn:ngsi-ld:X:1", equals("urn:ngsi-ld:X:1")),
    "web address": ("a==http://example.org/a?b=c#d", equals("http://example.org/a?b=c#d")),
    "bare word": ("a==Male", equals("Male")),
    "date-time": ("a==2017-12-24T12:00:00Z", equals(Instant("2017-12-24T12:00:00Z"))),
    "date-time, fraction": ("a==2017-12-24T12:00:00,5Z", equals(Instant("2017-12-24T12:00:00,5Z"))),
    "date": ("a==2017-12-24", equals(Instant("2017-12-24"))),
    "time": ("a==12:00:00Z", equals(Instant("12:00:00Z"))),
    "range": ("a==10..20", equals(Range(10, 20))),
    "range of fractions": ("a==1.5..2.5", equals(Range(1.5, 2.5))),
    "range of dates": (
        "a==2017-01-01..2017-12-31",
        equals(Range(Instant("2017-01-01"), Instant("2017-12-31"))),
    ),
    "range of texts": ('a=="a".."c"', equals(Range("a", "c"))),
    "list": ('a=="x", "y"', equals(ValueList(("x", "y")))),
    "list of kinds": ('a==1,"y",true,urn:z:1', equals(ValueList((1, "y", True, "urn:z:1")))),
    "list with a range": ("a==1..2,5", equals(ValueList((Range(1, 2), 5)))),
    "unequal": ("a!=1..2", Compare(Path("a"), "!=", Range(1, 2))),
    "greater": ("a>1", Compare(Path("a"), ">", 1)),
    "greater or equal": ("a>=1", Compare(Path("a"), ">=", 1)),
    "less": ("a<1", Compare(Path("a"), "<", 1)),
    "less or equal": ("a<=1", Compare(Path("a"), "<=", 1)),
    "pattern": ('a~="^E.*l$"', Compare(Path("a"), "~=", "^E.*l$")),
    "not pattern": ('a!~="^E"', Compare(Path("a"), "!~=", "^E")),
    "pattern with a quote": (r'a~="x\"y\.z"', Compare(Path("a"), "~=", r'x"y\.z')),
    "bare pattern": ("a~=^(x|y)[;)]z;b", And((Compare(Path("a"), "~=", "^(x|y)[;)]z"), B))),
    "bare pattern, or": ("a~=x|b", Or((Compare(Path("a"), "~=", "x"), B))),
    "sub-attribute": (
        "a.observedAt>=2017-12-24T12:00:00Z",
        Compare(Path("a", ("observedAt",)), ">=", Instant("2017-12-24T12:00:00Z")),
    ),
    "sub-sub": ("a.b.c", Exists(Path("a", ("b", "c")))),
    "trail": ('a[city]=="Berlin"', Compare(Path("a", (), ("city",)), "==", "Berlin")),
    "sub and trail": ("a.b[c.d]==40", Compare(Path("a", ("b",), ("c", "d")), "==", 40)),
    "language": ("a[en-GB]", Exists(Path("a", (), ("en-GB",)))),
    "any language": ("a[*]", Exists(Path("a", (), ("*",)))),
    "linked": ("a{b}==40", Compare(Path("b", links=(Hop("a"),)), "==", 40)),
    "linked, type": ("a{T:b}", Exists(Path("b", links=(Hop("a", ("T",)),)))),
    "linked, types": ("a{T,U:b}", Exists(Path("b", links=(Hop("a", ("T", "U")),)))),
    "linked twice": (
        "a{T:b{c.d[e]}}",
        Exists(Path("c", ("d",), ("e",), (Hop("a", ("T",)), Hop("b")))),
    ),
}


@pytest.mark.parametrize(("text", "tree"), TREES.values(), ids=TREES.keys())
def test_tree(text: str, tree: object) -> None:
    assert parse_q(text) == tree


def test_numbers_keep_their_kind() -> None:
    term = parse_q("a==1,1.0,true")
    assert isinstance(term, Compare)
    assert [type(one) for one in term.value.members] == [int, float, bool]


WRONG = {
    "empty": ("", 1, "the name of an attribute"),
    "no term behind ;": ("a;", 3, "the name of an attribute"),
    "two ;": ("a;;b", 3, "the name of an attribute"),
    "open parenthesis": ("(a;b", 5, "')'"),
    "closing parenthesis": ("a)", 2, "the end"),
    "one =": ("a=1", 2, "the end"),
    "no value": ("a==", 4, "double quotes"),
    "open text": ('a=="b', 4, "double quotes"),
    "bad escape": (r'a=="\x"', 4, "JSON"),
    "lone surrogate": (r'a=="\ud800"', 4, "JSON"),
    "digits then letters": ("a==5x", 4, "a number"),
    "too large": ("a==1e999", 4, "too large"),
    "no such day": ("a==2023-02-30", 4, "exists"),
    "no such hour": ("a==25:00:00Z", 4, "exists"),
    "null": ("a==null", 4, "true, false or a URI"),
    "order of a boolean": ("a>true", 3, "a number"),
    "order of a bare URI": ("a>urn:x:1", 3, "a number"),
    "order of a range": ("a>4..5", 4, "the end"),
    "order of a list": ("a>4,5", 4, "the end"),
    "range of two kinds": ('a==1.."b"', 4, "one kind"),
    "range from a boolean": ("a==true..false", 10, "a number"),
    "range from a boolean to a number": ("a==true..1", 4, "one kind"),
    "range to nothing": ("a==1..", 7, "a number"),
    "list to nothing": ("a==1,", 6, "a number"),
    "sub-attribute missing": ("a.", 3, "sub-attribute"),
    "trail missing": ("a[]", 3, "a member"),
    "trail open": ("a[b", 4, "']'"),
    "link open": ("a{b", 4, "'}'"),
    "link empty": ("a{}", 3, "the name"),
    "name begins with a digit": ("1a", 1, "the name"),
    "two terms": ("a==1 b==2", 6, "the end"),
    "no pattern": ("a~=", 4, "regular expression"),
}


@pytest.mark.parametrize(("text", "place", "expected"), WRONG.values(), ids=WRONG.keys())
def test_refusal_names_place_and_expectation(text: str, place: int, expected: str) -> None:
    with pytest.raises(BadRequestData, match=re.escape(expected)) as caught:
        parse_q(text)
    assert f"at character {place} of q" in caught.value.detail
    assert caught.value.where == "q"


@pytest.mark.parametrize("pattern", ["(", "a{2,1}", r"(?=x)", r"(a)\1", "x" * 2000])
def test_pattern_that_re2_does_not_know_is_refused(pattern: str) -> None:
    with pytest.raises(BadRequestData) as caught:
        parse_q(f'a~="{pattern}"')
    assert caught.value.where == "q"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100 + "a" + ")" * 100,
        ";".join(["a"] * 201),
        "a{" * 60 + "b" + "}" * 60,
        "a==" + ",".join(["1"] * 3000),
    ],
    ids=["depth", "terms", "links", "values"],
)
def test_limits(text: str) -> None:
    with pytest.raises(TooComplexQuery):
        parse_q(text)


def test_names_are_mapped_and_members_of_the_model_are_not() -> None:
    tree = parse_q("a.b[c]==1;d.observedAt;e{T:f};createdAt", lambda term: f"x:{term}")
    assert tree == And(
        (
            Compare(Path("x:a", ("x:b",), ("c",)), "==", 1),
            Exists(Path("x:d", ("observedAt",))),
            Exists(Path("x:f", links=(Hop("x:e", ("x:T",)),))),
            Exists(Path("createdAt")),
        )
    )


def test_expand_values_maps_only_the_values_of_those_attributes() -> None:
    tree = parse_q('g==Male,"Female";h==Male', lambda term: f"x:{term}", {"x:g"})
    assert tree == And(
        (
            Compare(Path("x:g"), "==", ValueList(("x:Male", "x:Female"))),
            Compare(Path("x:h"), "==", "Male"),
        )
    )
