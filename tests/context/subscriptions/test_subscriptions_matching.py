"""Which changes concern a subscription, and what stands in place of what is gone."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from hansa.base.problems import BadRequestData, OperationNotSupported
from hansa.context.jsonld import Canon, Contexts, Names
from hansa.context.model import ChangeKind, Entity, Record
from hansa.context.subscriptions.book import Book
from hansa.context.subscriptions.matching import as_wanted, concerns
from hansa.context.subscriptions.model import Kept, Live, from_note, to_note
from hansa.context.subscriptions.notifying import News, with_removed
from hansa.context.subscriptions.reading import read_subscription
from hansa.guard import Grant, PrivacyClass, View

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
GRANT = Grant("anna", "api", "operation", NOW)
CONTEXTS = Contexts({"Lamp": "urn:v:Lamp", "level": "urn:v:level", "colour": "urn:v:colour"})
NAMES = Names(CONTEXTS.default, Canon(CONTEXTS.default), True)
NULL = "urn:ngsi-ld:null"


def _document(**more: Any) -> dict[str, Any]:
    return {
        "id": "urn:s:1",
        "type": "Subscription",
        "entities": [{"type": "Lamp"}],
        "notification": {"endpoint": {"uri": "http://partner.example/"}},
        **more,
    }


def _live(book: Book | None = None, **more: Any) -> Live:
    document = read_subscription(_document(**more), NAMES, NOW)
    kept = Kept(document, None, None, "http://node", GRANT, 10, NOW, NOW)
    assert from_note(orjson.loads(orjson.dumps(to_note(kept)))) == kept
    return (book or Book(lambda _: NAMES)).put(kept)


def _view(*hidden: str) -> View:
    names = ("level", "colour")
    classes = {
        ("Lamp", name): PrivacyClass.RESTRICTED if name in hidden else PrivacyClass.PUBLIC
        for name in names
    }
    return View(GRANT, frozenset({PrivacyClass.PUBLIC}), False, classes)


def _record(kind: ChangeKind, *names: str, removed: tuple[str, ...] = (), **more: Any) -> Record:
    given = {"number": 11, "late": False, **more}
    return Record(
        kind=kind,
        entity_id="urn:x:1",
        types=("Lamp",),
        fragment={name: {"type": "Property", "value": 1} for name in names},
        removed=removed,
        recorded_at=NOW,
        committed_at=NOW,
        actor="anna",
        **given,
    )


UPDATED, CREATED, DELETED = ChangeKind.UPDATED, ChangeKind.CREATED, ChangeKind.DELETED
REMOVED = _record(UPDATED, removed=("level",))


@pytest.mark.parametrize(
    ("subscription", "record", "hidden", "expected"),
    [
        ({}, _record(UPDATED, "level"), (), True),
        ({}, _record(CREATED, "level"), (), True),
        ({}, _record(UPDATED, removed=("level",)), (), False),
        ({}, _record(DELETED), (), False),
        ({}, _record(UPDATED, "level", number=10), (), False),
        ({}, _record(UPDATED, "level", late=True), (), False),
        ({}, _record(UPDATED, "level"), ("level",), False),
        ({"watchedAttributes": ["colour"]}, _record(UPDATED, "level"), (), False),
        ({"watchedAttributes": ["colour"]}, _record(UPDATED, "level", "colour"), (), True),
        ({"watchedAttributes": ["colour"]}, _record(UPDATED, "colour"), ("colour",), False),
        ({"notificationTrigger": ["entityCreated"]}, _record(UPDATED, "level"), (), False),
        ({"notificationTrigger": ["entityCreated"]}, _record(CREATED), (), True),
        ({"notificationTrigger": ["entityDeleted"]}, _record(DELETED), (), True),
        (
            {"notificationTrigger": ["entityUpdated"]},
            _record(UPDATED, removed=("level",)),
            (),
            True,
        ),
    ],
)
def test_concerns(
    subscription: dict[str, Any], record: Record, hidden: tuple[str, ...], expected: bool
) -> None:
    assert concerns(_live(**subscription), record, _view(*hidden)) is expected


def _entity(**members: Any) -> Entity:
    document = {"id": "urn:x:1", "type": "Lamp", **members}
    stamps = {"*": [5, 5, 5, None], "colour": [5, 9, 9, None]}
    return Entity("urn:x:1", ("Lamp",), orjson.dumps(document), 11, NOW, NOW, stamps)


def test_new_and_changed_attributes_are_told_apart_by_their_stamps() -> None:
    live = _live(notificationTrigger=["attributeCreated"])
    assert as_wanted(live, [_record(UPDATED, "level")], _entity())
    assert not as_wanted(live, [_record(UPDATED, "colour")], _entity())


def test_the_book_finds_by_type_and_attribute() -> None:
    book = Book(lambda _: NAMES)
    live = _live(book, watchedAttributes=["level"], entities=[{"type": "Lamp|Car"}])
    assert list(book.watching("", ("Lamp",), ("level", "colour"))) == [live]
    assert list(book.watching("", ("urn:other",), ("level",))) == []
    assert list(book.watching("", ("Lamp",), ("colour",))) == []
    assert list(book.watching("", ("Lamp",), None)) == [live]
    assert list(book.watching("harbour", ("Lamp",), None)) == []
    book.drop(live.kept.key)
    assert list(book.watching("", ("Lamp",), ("level",))) == []


def test_null_stands_in_place_of_what_is_gone() -> None:
    default = {"type": "Property", "value": 1}
    second = {"type": "LanguageProperty", "languageMap": {"en": "a"}, "datasetId": "urn:d:2"}
    before = _entity(level=[default, second])
    left = with_removed(News(_entity(level=default), ("level",), None, NOW, before), False)
    null = {"type": "LanguageProperty", "languageMap": {"@none": NULL}, "datasetId": "urn:d:2"}
    assert left.document["level"] == [default, null]
    gone = with_removed(News(_entity(), ("level",), None, NOW, before), True)
    assert gone.document["level"] == {
        "type": "Property",
        "value": NULL,
        "deletedAt": "2026-06-01T12:00:00Z",
    }


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"notification": {"endpoint": {"uri": "http://a/"}, "showChanges": True}}, "later"),
        ({"notification": {"endpoint": {"uri": "http://a/"}, "pick": ["a"], "omit": ["a"]}}, "bad"),
        ({"notification": {"endpoint": {"uri": "http://a/", "accept": "text/html"}}}, "bad"),
        (
            {
                "notification": {
                    "endpoint": {
                        "uri": "http://a/",
                        "receiverInfo": [{"key": "Host", "value": "b"}],
                    }
                }
            },
            "bad",
        ),
        ({"entities": [{"type": "Lamp", "idPattern": "("}]}, "bad"),
        ({"csf": "))"}, "bad"),
    ],
)
def test_refused_members(change: dict[str, Any], problem: str) -> None:
    kind = OperationNotSupported if problem == "later" else BadRequestData
    with pytest.raises(kind):
        read_subscription(_document() | change, NAMES, NOW)
