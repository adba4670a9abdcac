"""The state machine: every order in every state, and nothing between."""

import pytest

from hansa.desk import TRANSITIONS, State, Verb
from hansa.desk.errors import WrongState
from hansa.desk.states import step

WALK = [Verb.ACKNOWLEDGE, Verb.ACTIVATE, Verb.STABILISE, Verb.CLOSE]


def test_the_plain_walk() -> None:
    state = State.NEW
    passed = [state := step(state, verb) for verb in WALK]
    assert passed == [State.ACKNOWLEDGED, State.ACTIVE, State.STABLE, State.CLOSED]


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("state", State)
def test_every_order_in_every_state_is_answered(state: State, verb: Verb) -> None:
    after = TRANSITIONS.get((state, verb))
    if after is not None:
        assert step(state, verb) is after
        return
    with pytest.raises(WrongState) as refused:
        step(state, verb, "urn:x")
    assert refused.value.status == 409
    assert str(state) in refused.value.detail
    assert "now possible" in refused.value.remedy


@pytest.mark.parametrize("state", [state for state in State if state is not State.CLOSED])
def test_every_open_state_can_be_closed(state: State) -> None:
    assert step(state, Verb.CLOSE) is State.CLOSED


def test_only_a_note_or_reopening_reaches_what_is_closed() -> None:
    reach = {verb for (state, verb) in TRANSITIONS if state is State.CLOSED}
    assert reach == {Verb.NOTE, Verb.REOPEN}


def test_every_state_can_be_reached_and_left() -> None:
    reached, news = {State.NEW}, {State.NEW}
    while news:
        news = {after for (state, _), after in TRANSITIONS.items() if state in news} - reached
        reached |= news
    assert reached == set(State)
    assert all(any(state == origin for origin, _ in TRANSITIONS) for state in State)
