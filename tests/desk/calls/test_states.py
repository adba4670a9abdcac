"""The life of a call as a table, under orders in any sequence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.desk.calls.errors import CallInAnotherState
from hansa.desk.calls.states import (
    TRANSITIONS,
    WAITING,
    CallBack,
    CallState,
    CallVerb,
    called_back,
    step,
)

ORDERS = st.lists(st.tuples(st.sampled_from(CallVerb), st.sampled_from(CallBack)), max_size=30)


def live(orders: list[tuple[CallVerb, CallBack]]) -> list[tuple[CallState, CallVerb, CallState]]:
    """What orders come to, those that are refused left out."""
    state, steps = CallState.NEW, []
    for verb, result in orders:
        try:
            after = step(state, verb)
        except CallInAnotherState:
            assert (state, verb) not in TRANSITIONS
            continue
        if verb is CallVerb.CALLBACK:
            after = called_back(after, result)
        steps.append((state, verb, after))
        state = after
    return steps


@given(ORDERS)
def test_what_was_struck_stays_so(orders: list[tuple[CallVerb, CallBack]]) -> None:
    for before, _, after in live(orders):
        assert before is not CallState.STRUCK or after is CallState.STRUCK


@given(ORDERS)
def test_a_routed_call_is_closed_only_by_way_of_what_is_done_or_known(
    orders: list[tuple[CallVerb, CallBack]],
) -> None:
    for before, verb, after in live(orders):
        if after is CallState.CLOSED and before is not CallState.CLOSED:
            assert verb in (CallVerb.CLOSE, CallVerb.CALLBACK)
            assert before is not CallState.ROUTED
            assert verb is CallVerb.CLOSE or before in (CallState.DONE, CallState.KNOWN)


@given(ORDERS)
def test_only_the_caller_who_says_no_and_a_person_begin_it_anew(
    orders: list[tuple[CallVerb, CallBack]],
) -> None:
    for before, verb, after in live(orders):
        if before not in WAITING and after in WAITING:
            assert verb in (CallVerb.CALLBACK, CallVerb.REOPEN)
            assert after is CallState.NEW


@pytest.mark.parametrize("state", CallState)
def test_a_note_is_always_possible_and_leaves_the_state(state: CallState) -> None:
    assert step(state, CallVerb.NOTE) is state


def test_a_refusal_says_what_is_possible() -> None:
    with pytest.raises(CallInAnotherState) as refused:
        step("closed", CallVerb.ATTACH)
    assert "reopen" in refused.value.remedy
