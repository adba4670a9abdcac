"""Regular expressions of queries, run by RE2: no text of a client can make them slow.

IEEE 1003.2 has no look-around and no back-references, nor has RE2. `4.9` asks for "in the
language of the pattern", and its test suite anchors with ^ and $: so a pattern may match
anywhere in the text.
"""

from collections.abc import Callable

import re2

from hansa.base.problems import BadRequestData

_LIMIT = 1000  # characters: RE2 is linear in the text, yet a pattern costs memory


def search(pattern: str, where: str) -> Callable[[str], bool]:
    """A test of a text; raises BadRequestData for a pattern RE2 does not know."""
    if len(pattern) > _LIMIT:
        raise BadRequestData(f"a pattern has at most {_LIMIT} characters", where=where)
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError) as error:
        raise BadRequestData(
            f"{pattern!r} is not a regular expression: {_word(error)}",
            where=where,
            rule="GS CIM 009, 4.9: RegExp (IEEE 1003.2, without look-around)",
        ) from error
    find = compiled.search
    return lambda text: find(text) is not None


def _word(error: Exception) -> str:
    text = error.args[0] if error.args else error
    return text.decode() if isinstance(text, bytes) else str(text)
