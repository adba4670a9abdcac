"""`hansa map import` as a person types it."""

import subprocess
import sys
from pathlib import Path

import orjson
from click.testing import CliRunner

from hansa.app.cli import main
from hansa.app.maps import line_of
from tests.beside.extracts import Extract


def test_the_command_makes_a_map_in_a_home_and_says_what_it_made(tmp_path: Path) -> None:
    extract = Extract()
    extract.way([(1, 1), (9, 1)], {"highway": "primary"})
    source = extract.write(tmp_path / "town.osm.gz")

    done = CliRunner().invoke(
        main, ["map", "import", str(source), "--home", str(tmp_path / "home"), "--json"]
    )

    told = orjson.loads(done.stdout)
    target = tmp_path / "home" / "map" / "base.pmtiles"
    assert (told["file"], told["bytes"]) == (str(target), target.stat().st_size)
    assert told["attribution"] == "© OpenStreetMap contributors"
    assert "making tiles" in done.stderr


def test_a_refusal_is_one_line_with_file_and_remedy(tmp_path: Path) -> None:
    source = tmp_path / "cut.osm.pbf"
    source.write_bytes(b"\0\0")

    done = subprocess.run(
        [sys.executable, "-m", "hansa.app.cli", "map", "import", source, "--home", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith(f"hansa: {source}: block 1, byte 0 of 2: was cut off")
    assert len(done.stderr.splitlines()) == 1


def test_the_command_asks_where_the_map_goes(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["map", "import", "town.osm.pbf"])

    assert done.exit_code == 2
    assert "--home HOME or --city FOLDER" in done.stderr


def test_progress_says_done_of_and_remaining() -> None:
    assert line_of("looking", 20_000, 0, 3) == "looking through: 20,000"
    assert line_of("reading", 0, 40_000, 0) == "reading: 0 of 40,000"
    assert line_of("tiling", 10, 40, 6) == "making tiles: 10 of 40, about 18 s left"
