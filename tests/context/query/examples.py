"""One entity with an attribute of every sort, and what holds of it by the text of 4.9.

The matcher must say so, and SQL must never contradict it.
"""

from typing import Any

from hansa.context.query import Candidate


def prop(value: Any, **more: Any) -> dict[str, Any]:
    return {"type": "Property", "value": value, **more}


def link(uri: Any) -> dict[str, Any]:
    return {"type": "Relationship", "object": uri}


def candidate(**document: Any) -> Candidate:
    return Candidate("urn:e:1", ("T",), document)


RED = {"fr": "rouge", "en": "red", "de": ["rot", "hellrot"]}
CAR = candidate(
    color=prop("red"),
    colors=prop(["blue", "red", "green"]),
    none=prop([]),
    nothing=prop(None),
    temperature=prop(15, observedAt="2017-12-24T12:00:00.000Z", unitCode="CEL"),
    big=prop(2**53 + 1),
    flag=prop(True),
    word=prop("true"),
    address=prop({"city": "Berlin", "geo": {"lat": 1, "gone": None}}),
    since=prop({"@type": "DateTime", "@value": "2020-01-01T01:00:00+01:00"}),
    day=prop("2020-01-01"),
    clock=prop("12:00:00Z"),
    paint={"type": "LanguageProperty", "languageMap": RED},
    maker={"type": "Relationship", "object": "urn:m:1"},
    owners={"type": "Relationship", "object": ["urn:o:1", "urn:o:2"]},
    stops={"type": "ListRelationship", "objectList": [{"object": "urn:s:1"}]},
    readings={"type": "ListProperty", "valueList": [1, 2]},
    gender={"type": "VocabProperty", "vocab": "http://example.org/Male"},
    ticket={"type": "JsonProperty", "json": {"value": "Overstay"}},
    sensor=prop(
        40, rawdata=prop({"air": {"pm": 40}}), by={"type": "Relationship", "object": "u:1"}
    ),
    speed=[prop(10), prop(60, datasetId="urn:d:gps")],
)

YES = [
    *("color", "color[x]|color", "temperature.observedAt", "address[city]", "address[geo.gone]"),
    *("!missing", "!address[postcode]", "!color.observedAt", "!paint[es]", "nothing", "none"),
    *('color=="red"', 'color!="blue"', 'colors=="red"', 'colors!="black"', 'none!="red"'),
    *('color=="black","red"', 'color!="black","blue"', 'colors=="red","black"'),
    *("temperature==10..20", "temperature!=16..20", "temperature==15.0", "temperature==1,15"),
    *("temperature>14", "temperature>=15", "temperature<16", "temperature<=15"),
    *("big==9007199254740993", "big>9007199254740992", "readings==2", "readings>1"),
    *("flag==true", "flag!=false", "flag!=1", "flag!=\"true\"", 'word=="true"', "word!=true"),
    *('color!=5', "temperature!=\"15\"", "nothing!=1", 'address!="Berlin"'),
    *('address[city]=="Berlin"', "address[geo.lat]==1", "sensor.rawdata[air.pm]==40"),
    *('sensor.by=="u:1"', 'ticket[value]=="Overstay"', 'temperature.unitCode=="CEL"'),
    "temperature.observedAt==2017-12-24T12:00:00Z",
    "temperature.observedAt>=2017-12-24T11:59:59Z",
    *('temperature.observedAt=="2017-12-24T12:00:00Z"', "since==2020-01-01T00:00:00Z"),
    *('temperature.observedAt=="2017-12-24T11:00:00Z".."2017-12-24T13:00:00Z"',),
    *("day<2020-01-02", "day==2019-12-31..2020-01-01", "clock>11:59:59Z"),
    "day!=2020-01-01T00:00:00Z",
    *('paint[en]=="red"', 'paint[*]=="rouge"', 'paint=="hellrot"', 'paint[de]=="hellrot"'),
    *('paint[en]!="rouge"', 'paint[de]!="red"', 'paint!="blau"', "paint~=\"^hell\""),
    *("maker==urn:m:1", 'maker=="urn:m:1"', "maker!=urn:m:2", "owners==urn:o:2", "stops==urn:s:1"),
    *("maker==urn:x:1,urn:m:1", "gender==http://example.org/Male", 'gender~="Male$"'),
    *('color~="^r.d$"', 'color~="e"', 'color!~="^b"', 'colors~="^b"', 'colors!~="^x"'),
    *('color>"blue"', 'color<"reda"', "speed==10", "speed==60", "speed!=10"),
]  # fmt: skip

NO = [
    *("missing", "missing!=1", "missing==1", 'missing!~="x"', "!color", "address[postcode]"),
    *('color=="Red"', 'color!="red"', 'colors!="red"', 'colors!="red","black"', 'none=="red"'),
    *("temperature==16..20", "temperature!=10..20", "temperature>15", "temperature<15"),
    *("big==9007199254740992", "big<=9007199254740992", "readings>2", "temperature==\"15\""),
    *("flag==1", "flag>0", 'flag=="true"', "word==true", "temperature==true", "nothing==0"),
    *('color>5', 'color<5', 'address>"A"', 'address=="Berlin"', "address[city.x]"),
    *('paint[en]=="rouge"', 'paint[*]!="red"', 'paint!="rot"', 'paint[de]!="rot"', "paint[es]"),
    *("paint[es]!=\"red\"", "paint[en.x]", "color[en]", "color.observedAt", "color.value"),
    *('maker>"urn:a"', 'maker<="urn:m:1"', 'maker~="urn"', 'maker!~="x"', 'stops~="urn"'),
    *('owners!=urn:o:2', 'maker==urn:m:2', "day<2020-01-02T00:00:00Z", "color==2020-01-01"),
    *('color~="b"', 'color!~="r"', 'colors!~="^b"', 'none!~="x"', 'temperature~="1"'),
    *('temperature!~="x"', "speed==11", "id", "type", "createdAt"),
    "modifiedAt!=2020-01-01T00:00:00Z",
    *("since==2020-01-01", "temperature.observedAt[x]", "sensor.rawdata.air", "ticket[value.x]"),
]  # fmt: skip
