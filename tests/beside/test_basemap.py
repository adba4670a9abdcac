"""From an extract to an archive: what is on the map, where, how large; what is refused and why."""

from pathlib import Path

import pytest
from pmtiles.tile import zxy_to_tileid
from shapely.geometry import Point

from hansa.base.problems import BadFile, StoreRefused
from hansa.beside.basemap import Made, archive, make, rules
from hansa.beside.basemap.model import Feature
from hansa.beside.basemap.spool import Spool
from hansa.beside.basemap.tiling import Tiler
from tests.beside import tiles
from tests.beside.extracts import Extract, square

DATA = Path(__file__).parents[3] / "shared" / "data" / "samples" / "osm"
RIVER = {"natural": "water", "water": "river"}


def _make(extract: Extract, folder: Path) -> Made:
    source = extract.write(folder / "town.osm.gz")
    return make(source, folder / "map" / "base.pmtiles", lambda *_: None)


def _layers(folder: Path, zoom: int = 14) -> dict[str, list[tiles.Decoded]]:
    """Everything at one zoom, by layer."""
    found: dict[str, list[tiles.Decoded]] = {}
    _, _, every = tiles.archive(folder / "map" / "base.pmtiles")
    for place, layers in every.items():
        for name, features in layers.items() if place[0] == zoom else ():
            found.setdefault(name, []).extend(features)
    return found


def test_things_stand_in_their_layers_with_class_and_names(tmp_path: Path) -> None:
    extract = Extract()
    names = {"name": "Мост", "name:en": "Bridge", "name:ru": "Мост", "name:uk": "Міст"}
    extract.way([(1, 1), (2, 1)], {"highway": "primary", "bridge": "yes", **names})
    extract.way(square(3, 3.1), {"building": "yes", "addr:housenumber": "7a"})
    extract.node(5, 5, amenity="hospital", name="St. Anna")
    extract.node(6, 6, amenity="bench")

    made = _make(extract, tmp_path)

    found = _layers(tmp_path)
    assert found.keys() == {"road", "building", "housenumber", "poi"}
    said = {"class": "primary", "name": "Мост", "name_en": "Bridge", "name_uk": "Міст", "bridge": 1}
    assert all(one.properties == said for one in found["road"])
    assert {one.properties["number"] for one in found["housenumber"]} == {"7a"}
    assert [one.properties for one in found["poi"]] == [{"class": "hospital", "name": "St. Anna"}]
    assert made.features == 4
    assert made.timestamp == "2020-02-02T02:02:02Z"


def test_an_archive_says_whose_the_data_are_and_what_they_cover(tmp_path: Path) -> None:
    extract = Extract()
    extract.way([(0, 1), (9, 1)], {"highway": "motorway"})

    made = _make(extract, tmp_path)

    header, told, every = tiles.archive(tmp_path / "map" / "base.pmtiles")
    assert told["attribution"] == "© OpenStreetMap contributors"
    assert told["osm_timestamp"] == "2020-02-02T02:02:02Z"
    assert (header["min_lon_e7"], header["max_lat_e7"]) == (100_000_000, 501_000_000)
    assert header["clustered"]
    assert {place[0] for place in every} == set(range(6, 15))
    assert len(every) == made.tiles
    assert made.size == (tmp_path / "map" / "base.pmtiles").stat().st_size


def test_a_tile_has_nothing_beyond_its_margin(tmp_path: Path) -> None:
    extract = Extract()
    extract.way([(0.5, 0.5), (9.5, 9.5)], {"highway": "primary"})
    extract.way(square(1, 9), {"natural": "wood"})

    _make(extract, tmp_path)

    _, _, every = tiles.archive(tmp_path / "map" / "base.pmtiles")
    places = [
        number
        for layers in every.values()
        for features in layers.values()
        for one in features
        for part in one.parts
        for place in part
        for number in place
    ]
    assert (min(places), max(places)) == (-64, 4160)


def test_a_relation_keeps_its_hole_and_a_torn_one_ends_at_the_border(tmp_path: Path) -> None:
    extract = Extract()
    outer, inner = extract.way(square(2, 8), {}), extract.way(square(4, 6), {})
    members = [(outer, "outer"), (inner, "inner")]
    extract.relation(members, {"type": "multipolygon", "natural": "wood"})
    north = extract.way([(-1, 9), (11, 9)], {})
    south = extract.way([(-1, 8.5), (11, 8.5)], {})
    banks = [(north, "outer"), (south, "outer"), (424_242, "outer")]
    extract.relation(banks, {"type": "multipolygon", **RIVER})

    made = _make(extract, tmp_path)

    found = _layers(tmp_path, 12)
    assert {one.properties["class"] for one in found["water"]} == {"river"}
    assert any(len(one.parts) > 1 for one in _layers(tmp_path, 10)["landuse"])
    assert made.notes["relations cut by the border"] == 1
    assert made.notes["relations without an area"] == 0


def test_a_coast_makes_the_sea(tmp_path: Path) -> None:
    extract = Extract()
    extract.way([(-1, 5), (11, 5)], {"natural": "coastline"})

    _make(extract, tmp_path)

    assert {one.properties["class"] for one in _layers(tmp_path)["water"]} == {"sea"}


def test_a_way_without_all_its_nodes_keeps_its_parts(tmp_path: Path) -> None:
    extract = Extract()
    path = [(1.0, 1.0), (1.5, 1.0), (2.0, 1.0), (2.5, 1.0), (3.0, 1.0)]
    extract.way(path, {"highway": "primary"}, missing=2)

    made = _make(extract, tmp_path)

    assert made.notes["ways with missing nodes"] == 1
    assert "road" in _layers(tmp_path)


def test_a_border_that_parts_both_is_drawn_as_the_higher_one(tmp_path: Path) -> None:
    extract = Extract()
    way = extract.way([(1, 1), (9, 1)], {})
    for level in ("10", "4"):
        told = {"type": "boundary", "boundary": "administrative", "admin_level": level}
        extract.relation([(way, "outer")], told)

    _make(extract, tmp_path)

    assert {one.properties["class"] for one in _layers(tmp_path)["boundary"]} == {"region"}


def test_an_extract_without_bounds_has_those_of_its_things_without_strays(tmp_path: Path) -> None:
    extract = Extract(bounds=None)
    for x in range(20):
        for y in range(20):
            extract.node(x / 2, y / 2, addr__housenumber=f"{x}/{y}")
    extract.node(400, 1, amenity="hospital")

    made = _make(extract, tmp_path)

    assert made.box[0] == 10.0
    assert made.box[2] < 10.2


def test_a_full_tile_loses_what_matters_least() -> None:
    known = rules.load()
    names = list(known.layers)
    place = Point(0.5 + 1e-6, 0.5 + 1e-6)
    with Spool() as spool:
        for number in range(300):
            spool.take(Feature(names.index("housenumber"), 14, 0, {"number": f"{number}"}, place))
        spool.take(Feature(names.index("poi"), 14, 0, {"class": "hospital"}, place))
        tiler = Tiler(known, spool, (0.5, 0.5, 0.51, 0.51), most=600)
        (made,) = tiler.tiles(lambda *_: None)

    assert made.number == zxy_to_tileid(14, 8192, 8192)
    assert len(made.body) <= 600
    assert 0 < made.dropped < 300


def test_a_broken_file_is_refused_with_its_place_and_the_old_map_stays(tmp_path: Path) -> None:
    target = tmp_path / "map" / "base.pmtiles"
    target.parent.mkdir()
    target.write_bytes(b"the old map")
    whole = Extract()
    whole.node(1, 1, amenity="hospital")
    packed = whole.write(tmp_path / "town.osm.gz").read_bytes()
    for name, content, word in (
        ("cut.osm.gz", packed[: len(packed) // 2], "was cut off"),
        ("empty.osm.pbf", b"", "is empty"),
        ("word.osm.pbf", b"hello, world", "block 1, byte 0 of 12: is no PBF file"),
        ("page.osm", b"<html></html>", "cannot be read as OpenStreetMap"),
        ("page.txt", b"<html></html>", "the name ends in"),
        ("bare.osm", b'<osm version="0.6"></osm>', "nothing that stands on a map"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadFile) as refused:
            make(tmp_path / name, target, lambda *_: None)
        assert word in str(refused.value)
        assert refused.value.remedy
        assert name in refused.value.where

    assert [path.name for path in target.parent.iterdir()] == ["base.pmtiles"]
    assert target.read_bytes() == b"the old map"


def test_an_interrupted_import_leaves_the_old_map(tmp_path: Path) -> None:
    extract = Extract()
    extract.node(1, 1, amenity="hospital")
    _make(extract, tmp_path)
    target = tmp_path / "map" / "base.pmtiles"
    before = target.read_bytes()

    def interrupt(phase: str, *_: int) -> None:
        if phase == "tiling":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "town.osm.gz", target, interrupt)

    assert [path.name for path in target.parent.iterdir()] == ["base.pmtiles"]
    assert target.read_bytes() == before


def test_two_imports_do_not_write_one_map(tmp_path: Path) -> None:
    extract = Extract()
    extract.node(1, 1, amenity="hospital")
    target = tmp_path / "map" / "base.pmtiles"

    with archive.writing(target) as file:
        file.write(b"half of the first")
        with pytest.raises(StoreRefused):
            _make(extract, tmp_path)

    assert target.read_bytes() == b"half of the first"


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared extracts are not here")
@pytest.mark.parametrize("name", ["moorgate.osm.pbf", "monaco.osm.gz", "test.osm.pbf"])
def test_real_extracts_become_maps(name: str, tmp_path: Path) -> None:
    made = make(DATA / name, tmp_path / "base.pmtiles", lambda *_: None)

    _, _, every = tiles.archive(tmp_path / "base.pmtiles")
    assert len(every) == made.tiles > 0
    layers = {name for one in every.values() for name in one}
    assert {"road", "building"} <= layers


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared extracts are not here")
def test_a_cut_file_says_in_which_block(tmp_path: Path) -> None:
    source = tmp_path / "cut.osm.pbf"
    source.write_bytes((DATA / "moorgate.osm.pbf").read_bytes()[:100_000])

    with pytest.raises(BadFile, match=r"block \d+, byte \d+ of 100000: was cut off"):
        make(source, tmp_path / "base.pmtiles", lambda *_: None)
