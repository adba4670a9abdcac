"""The exercise city forgets by rules whatever it keeps of people: no kind is left to memory."""

from pathlib import Path

from hansa.base.vocabulary import load_vocabulary
from hansa.desk import load_privacy
from hansa.guard import from_vocabulary


def test_every_kind_that_holds_people_has_a_rule(root: Path) -> None:
    vocabulary = load_vocabulary()
    settings = load_privacy(root / "cities/ryazan-exercise", vocabulary)
    catalogue = from_vocabulary(vocabulary)
    personal = {kind for kind, name in catalogue.classes if catalogue.personal((kind,), name)}
    assert personal == {rule.type for rule in settings.rules}
    # where the state decides, each state in which it is over has a rule of its own
    calls = {rule.where: rule.since for rule in settings.rules if rule.type == "Call"}
    assert calls == {'state=="closed"': "closedAt", 'state=="struck"': "enteredAt"}
