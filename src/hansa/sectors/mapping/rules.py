"""The rules by which a mapping refuses a row, or lets it pass with a flag."""

from collections.abc import Callable
from typing import TypeAlias

import re2

from hansa.sectors.mapping.attributes import Making
from hansa.sectors.mapping.refuse import Refused, is_missing, shown
from hansa.sectors.mapping.schema import (
    OneOf,
    Order,
    Pattern,
    Range,
    Required,
    Rule,
    Together,
)
from hansa.sectors.mapping.values import Fields, as_text, number_of
from hansa.sectors.mapping.where import compile_where

Check: TypeAlias = Callable[[Fields, list[str]], None]
_Finding: TypeAlias = tuple[str, str] | None  # column and what is wrong with it


def compile_rule(rule: Rule, making: Making) -> Check:
    """A function that raises `Refused`, or adds the rule's flag, or does nothing."""
    find = _finder(rule, making)
    name = rule.__struct_config__.tag
    refuse, flag = rule.otherwise == "refuse", rule.flag
    meant = None if rule.where is None else compile_where(rule.where, making.missing)

    def check(fields: Fields, flags: list[str]) -> None:
        if meant is not None and not meant(fields):
            return
        found = find(fields, flags)
        if found is None:
            return
        if refuse:
            raise Refused(found[0], str(name), found[1])
        if flag not in flags:
            flags.append(flag)

    return check


def _finder(rule: Rule, making: Making) -> Callable[[Fields, list[str]], _Finding]:
    missing = making.missing
    match rule:
        case Required():
            return _required(rule, missing)
        case Range():
            return _range(rule, missing)
        case Pattern():
            return _pattern(rule, missing)
        case OneOf():
            return _one_of(rule, missing)
        case Order():
            return _order(rule, making)
        case Together():
            return _together(rule, missing)


def _required(rule: Required, missing: frozenset[str]) -> Callable[[Fields, list[str]], _Finding]:
    columns = rule.columns

    def find(fields: Fields, flags: list[str]) -> _Finding:
        for column in columns:
            if is_missing(fields.get(column), missing):
                return column, "holds no value"
        return None

    return find


def _range(rule: Range, missing: frozenset[str]) -> Callable[[Fields, list[str]], _Finding]:
    column, low, high = rule.column, rule.minimum, rule.maximum

    def find(fields: Fields, flags: list[str]) -> _Finding:
        raw = fields.get(column)
        if is_missing(raw, missing):
            return None
        value = number_of(raw, column)
        if low is not None and value < low:
            return column, f"{shown(raw)} is below {low:g}"
        if high is not None and value > high:
            return column, f"{shown(raw)} is above {high:g}"
        return None

    return find


def _pattern(rule: Pattern, missing: frozenset[str]) -> Callable[[Fields, list[str]], _Finding]:
    column, pattern = rule.column, re2.compile(rule.pattern)

    def find(fields: Fields, flags: list[str]) -> _Finding:
        raw = fields.get(column)
        if is_missing(raw, missing) or pattern.fullmatch(as_text(raw, column)):
            return None
        return column, f"{shown(raw)} has not the form {rule.pattern}"

    return find


def _one_of(rule: OneOf, missing: frozenset[str]) -> Callable[[Fields, list[str]], _Finding]:
    column, values = rule.column, frozenset(rule.values)

    def find(fields: Fields, flags: list[str]) -> _Finding:
        raw = fields.get(column)
        if is_missing(raw, missing) or as_text(raw, column) in values:
            return None
        return column, f"{shown(raw)} is not one of {', '.join(rule.values)}"

    return find


def _order(rule: Order, making: Making) -> Callable[[Fields, list[str]], _Finding]:
    earlier, later = (
        making.calendar.reader(column, making.missing) for column in (rule.earlier, rule.later)
    )

    def find(fields: Fields, flags: list[str]) -> _Finding:
        first, second = earlier(fields, flags), later(fields, flags)
        if first is None or second is None or first.at <= second.at:
            return None
        return rule.later, f"{second.text} is before {first.text} in {rule.earlier}"

    return find


def _together(rule: Together, missing: frozenset[str]) -> Callable[[Fields, list[str]], _Finding]:
    column, needs = rule.column, rule.needs

    def find(fields: Fields, flags: list[str]) -> _Finding:
        if is_missing(fields.get(column), missing) or not is_missing(fields.get(needs), missing):
            return None
        return needs, f"holds no value where {column} holds one"

    return find
