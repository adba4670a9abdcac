"""MQTT against Debian's mosquitto: what is published is in the graph, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from paho.mqtt.client import MQTTMessage

from hansa.base.clock import ManualClock
from hansa.base.problems import BadFile
from hansa.context import City, Entity
from hansa.guard import View
from hansa.sectors import Source, file_reports, quarantine
from hansa.sectors.connectors.mqtt.connector import is_filter
from hansa.sectors.connectors.mqtt.messages import LARGEST, Message, records
from hansa.sectors.connectors.mqtt.wire import WAITING, Asked, Wire
from hansa.sectors.connectors.plan import Bad, Unreadable
from tests.sectors.broker import Broker, running
from tests.sectors.helpers import source_of
from tests.sectors.served import entity_once, followed, heights

MAPPING = """\
source: gauges
title: {{en: Gauges}}
sector: river
connector: mqtt
settings:
  broker: {broker}
  topics: [city/+/level]
  {more}
type: WaterObserved
id: "{{mqtt.level.2}}"
observedAt: time
fields:
  stationID: {{column: mqtt.level.2}}
  height: {{column: level, as: number, unit: CMT, range: [0, 1000], required: true}}
"""


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    home = tmp_path / "broker"
    home.mkdir()
    async with running(home) as found:
        yield found


def _source(folder: Path, broker: Broker, more: str = "qos: 1") -> Source:
    return source_of(folder, MAPPING.format(broker=broker.url, more=more))


def _payload(level: float, minute: int = 0) -> bytes:
    moment = datetime(2026, 6, 1, 11, minute, tzinfo=UTC)
    return orjson.dumps({"time": moment.isoformat(), "level": level})


async def _listening(city: City, view: View, source: Source) -> None:
    """Until the source is subscribed."""
    await entity_once(city, view, source.id, lambda one: one.value("lastReadAt") is not None)


async def test_message_is_an_entity_with_what_its_topic_says(
    city: City, view: View, broker: Broker, tmp_path: Path, clock: ManualClock
) -> None:
    source = _source(tmp_path, broker)
    async with followed(city, [source], tmp_path, [broker.url]):
        await _listening(city, view, source)
        await broker.publish(("city/oka/level", _payload(150)), ("city/oka/other", b"{}"))
        found = await entity_once(city, view, "urn:ngsi-ld:WaterObserved:oka", bool)

    assert found.value("height") == 1.5
    assert found.observed_at("height") == datetime(2026, 6, 1, 11, tzinfo=UTC)


async def test_what_is_published_while_the_node_is_away_is_not_lost(
    city: City, view: View, broker: Broker, tmp_path: Path, clock: ManualClock
) -> None:
    source = _source(tmp_path, broker)
    async with followed(city, [source], tmp_path, [broker.url]):
        await _listening(city, view, source)
    await broker.publish(*((f"city/post-{number}/level", _payload(number)) for number in range(50)))
    async with followed(city, [source], tmp_path, [broker.url]):
        await entity_once(city, view, "urn:ngsi-ld:WaterObserved:post-49", bool)

    there = await heights(city, view)
    assert {f"post-{number}" for number in range(50)} <= set(there)


async def test_message_that_was_not_committed_comes_again(
    city: City, view: View, broker: Broker, tmp_path: Path, clock: ManualClock
) -> None:
    """A row a minute is let in: the second delivery waits at the gate, and the node goes."""
    text = MAPPING.format(broker=broker.url, more="qos: 1") + "most: 1\n"
    source = source_of(tmp_path, text)
    async with followed(city, [source], tmp_path, [broker.url]):
        await _listening(city, view, source)
        await broker.publish(("city/a/level", _payload(10)), ("city/b/level", _payload(20)))
    before = await heights(city, view)
    later = source_of(tmp_path, text.replace("most: 1\n", ""))
    async with followed(city, [later], tmp_path, [broker.url]):
        await entity_once(city, view, "urn:ngsi-ld:WaterObserved:b", bool)

    assert not {"a", "b"} & set(before)
    assert {"a", "b"} <= set(await heights(city, view))


async def test_broker_that_goes_is_failing_and_is_found_again(
    city: City, view: View, tmp_path: Path, clock: ManualClock
) -> None:
    home = tmp_path / "broker"
    home.mkdir()
    async with running(home) as broker:
        source = _source(tmp_path, broker)
        doors = followed(city, [source], tmp_path, [broker.url])
        await doors.__aenter__()
        await _listening(city, view, source)
    failing = await entity_once(city, view, source.id, lambda one: one.value("health") == "failing")
    async with running(home, port=broker.port):
        clock.advance(timedelta(seconds=10))
        await entity_once(city, view, source.id, lambda one: one.value("health") != "failing")
        await _listening(city, view, source)
        await doors.__aexit__(None, None, None)

    assert "connection ended" in str(failing.value("problem"))


async def test_wrong_password_is_said_and_the_right_one_is_taken_from_its_file(
    city: City, view: View, tmp_path: Path, clock: ManualClock
) -> None:
    home = tmp_path / "broker"
    home.mkdir()
    known = home / "accounts"
    process = await asyncio.create_subprocess_exec(
        "mosquitto_passwd", "-b", "-c", str(known), "hansa", "right"
    )
    assert await process.wait() == 0
    secret = tmp_path / "secrets" / "broker"
    secret.parent.mkdir()
    secret.write_text("wrong\n")
    rules = home / "rules"
    rules.write_text("topic readwrite #\nuser hansa\ntopic readwrite #\n")
    async with running(home, f"password_file {known}", f"acl_file {rules}") as broker:
        source = _source(tmp_path, broker, "user: hansa\n  password: {file: broker}")
        async with followed(city, [source], tmp_path, [broker.url]):
            told = await entity_once(
                city,
                view,
                source.id,
                # it waits for the next attempt: only then the clock may move
                lambda one: one.value("health") == "failing" and bool(one.value("nextReadAt")),
            )
            secret.write_text("right\n")
            clock.advance(timedelta(seconds=10))
            await entity_once(city, view, source.id, lambda one: one.value("health") == "ok")

    assert "Not authorized" in str(told.value("problem"))


async def test_retained_message_is_marked_and_one_without_payload_is_no_row(
    city: City, view: View, broker: Broker, tmp_path: Path, clock: ManualClock
) -> None:
    text = MAPPING.format(broker=broker.url, more="qos: 1")
    rule = "refuse:\n  - {rule: one-of, column: mqtt.retained, values: ['false']}\n"
    source = source_of(tmp_path, text + rule)
    await broker.publish(("city/old/level", _payload(10)), retain=True)
    async with followed(city, [source], tmp_path, [broker.url]):
        await _listening(city, view, source)
        await broker.publish(("city/old/level", b""), retain=True)
        await broker.publish(("city/new/level", _payload(20)))
        await entity_once(city, view, "urn:ngsi-ld:WaterObserved:new", bool)

    (refused,) = await quarantine(city, source)
    (report,) = await file_reports(city, source)
    assert refused.field == "mqtt.retained"
    assert (report.read, report.refused) == (2, 1)


async def test_what_is_no_row_is_kept_with_its_reason(
    city: City, view: View, broker: Broker, tmp_path: Path, clock: ManualClock
) -> None:
    source = _source(tmp_path, broker)
    async with followed(city, [source], tmp_path, [broker.url]):
        await _listening(city, view, source)
        await broker.publish(
            ("city/a/level", b"\xff\xfe"),
            ("city/b/level", b"x" * (LARGEST + 1)),
            ("city/c/level", b"12.5"),
            ("city/d/level", _payload(10)),
        )
        await entity_once(city, view, "urn:ngsi-ld:WaterObserved:d", bool)

    refused = await quarantine(city, source)
    assert [one.rule for one in refused] == ["encoding", "message-size", "required"]
    assert refused[2].fields["mqtt.payload"] == "12.5"


async def test_tls_is_spoken_to_the_name_that_the_certificate_holds(
    city: City, view: View, tmp_path: Path, clock: ManualClock
) -> None:
    home = tmp_path / "broker"
    home.mkdir()
    authority = _certify(home, "localhost")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "authority.pem").write_text(authority)
    more = (f"certfile {home}/server.pem", f"keyfile {home}/server.key")
    async with running(home, *more) as broker:
        broker.scheme = "mqtts"
        for name, said in (("localhost", ""), ("127.0.0.1", "IP address mismatch")):
            url = broker.url.replace("localhost", name)
            text = MAPPING.format(broker=url, more="authority: {file: authority.pem}")
            source = source_of(tmp_path, text.replace("gauges", f"gauges-{len(said)}"))
            async with followed(city, [source], tmp_path, [url]):
                told = await entity_once(city, view, source.id, lambda one: _settled(one))
            assert said in str(told.value("problem")), told.value("problem")
            assert (told.value("health") == "failing") == bool(said)


def _settled(one: Entity) -> bool:
    return one.value("health") == "failing" or one.value("lastReadAt") is not None


def _certify(home: Path, name: str) -> str:
    """A certificate for the name, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (home / "server.pem").write_bytes(pem)
    (home / "server.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem.decode()


# ---- pure


def test_list_in_a_payload_is_a_row_for_each() -> None:
    message = Message(
        "a/b",
        b'{"v": [{"x": 1}, {"x": 2}, 3]}',
        1,
        1,
        False,
        False,
        datetime(2026, 6, 1, tzinfo=UTC),
    )

    found = records(message, frozenset(), "/v")

    assert [one["x"] for one in found if not isinstance(one, Unreadable)] == [1, 2]
    assert isinstance(found[2], Unreadable)


@pytest.mark.parametrize(
    ("topic", "holds"),
    [
        ("#", True), ("a/+/b", True), ("a/#", True), ("/", True), ("+", True),
        ("", False), ("a#", False), ("a/#/b", False), ("a+/b", False), ("a\0", False),
    ],
)  # fmt: skip
def test_topic_filters_are_those_of_the_standard(topic: str, holds: bool) -> None:
    assert is_filter(topic) is holds


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        (("topics: [city/+/level]", "topics: [a#]"), "no topic filter"),
        (("broker: mqtt://localhost:1", "broker: http://localhost:1"), "mqtt:// or mqtts://"),
        (("qos: 1", "password: {env: HANSA_PASSWORD}"), "needs a user"),
        (("qos: 1", "qos: 2"), "<= 1"),
    ],
)
def test_settings_are_checked_at_load(tmp_path: Path, change: tuple[str, str], detail: str) -> None:
    text = MAPPING.format(broker="mqtt://localhost:1", more="qos: 1")
    with pytest.raises(BadFile, match=detail):
        source_of(tmp_path, text.replace(*change))


def _arrive(wire: Wire, count: int, qos: int) -> None:
    """So many messages, as paho hands them over."""
    for number in range(count):
        message = MQTTMessage(number % 65_535 + 1, b"city/a/level")
        message.payload, message.qos = b"{}", qos
        wire._message(wire._client, None, message)


@pytest.fixture
async def wire(clock: ManualClock) -> Wire:
    """A wire that is not connected."""
    return Wire(Asked("mqtt://nowhere", "s", ("#",), 1, None, None, None, 60), clock)


async def test_what_is_let_go_unread_is_counted(wire: Wire) -> None:
    _arrive(wire, WAITING + 200, qos=0)

    assert len(await wire.take(WAITING + 1)) == WAITING
    assert (wire.dropped(), wire.dropped()) == (200, 0)


async def test_what_is_promised_is_never_let_go_but_asked_for_again(wire: Wire) -> None:
    _arrive(wire, WAITING + 1, qos=1)

    assert len(await wire.take(WAITING + 1)) == WAITING
    assert wire.dropped() == 0
    with pytest.raises(Bad, match="faster than is read"):
        await wire.take(1)
