"""The loop of the helper process: hear a call, do it in a thread, answer."""

import importlib
import os
import re
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO

from hansa.base import frames, garbage
from hansa.base.helper import HelperFailed
from hansa.base.problems import Problem

_NAME = re.compile(r"([a-z_]+)\.([a-z][a-z_]*)")
_HANDS = 2  # a chart need not wait until a segment is sealed


def main() -> None:
    """Hear calls on standard input, answer on standard output, end when the parent is gone."""
    ear, mouth = sys.stdin.buffer, _answers_only()
    lock = threading.Lock()
    garbage.settle()

    def work(number: int, name: str, args: tuple[Any, ...]) -> None:
        told = frames.pack((number, *_outcome(name, args)))
        try:
            with lock:
                mouth.write(told)
                mouth.flush()
        except BrokenPipeError:
            os._exit(1)  # nobody is there to be told

    with ThreadPoolExecutor(_HANDS) as hands:
        try:
            while True:
                hands.submit(work, *frames.read(ear))
        except EOFError:
            os._exit(0)  # what still runs is for nobody


def _outcome(name: str, args: tuple[Any, ...]) -> tuple[Any, Exception | None]:
    try:
        return find(name)(*args), None
    except Problem as problem:
        return None, problem
    except Exception as error:  # noqa: BLE001 - told to the one who asked
        return None, HelperFailed(f"{type(error).__name__}: {error}", where=name)


def find(name: str) -> Callable[..., Any]:
    """The function of this package that a call names as `module.function`."""
    matched = _NAME.fullmatch(name)
    if matched is None:
        raise HelperFailed(f"{name!r} names no function", where=name)
    module = importlib.import_module(f"hansa.beside.{matched[1]}")
    function: Callable[..., Any] = getattr(module, matched[2])
    return function


def _answers_only() -> BinaryIO:
    """The pipe to the parent; whatever else is printed goes to standard error."""
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return pipe
