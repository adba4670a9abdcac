"""Damaged files: what is wrong is named with file and line, and nothing else is lost."""

import gzip
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from hansa.sectors import Refusal, Row, Trouble
from hansa.sectors.connectors.files import lines
from tests.sectors.helpers import READINGS, read, readings, source_of

GOOD = readings([(f"p{number}", number, 100 + number) for number in range(60)])


def _write(tmp_path: Path, content: bytes, name: str = "in.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_truncated_gzip_keeps_the_rows_before_the_break(tmp_path: Path) -> None:
    packed = gzip.compress(GOOD.encode(), compresslevel=0)
    path = _write(tmp_path, packed[: len(packed) // 2], "in.csv.gz")

    *rows, trouble = read(source_of(tmp_path), path)

    assert len(rows) > 10
    assert isinstance(trouble, Trouble)
    assert (trouble.file, trouble.rule) == ("in.csv.gz", "file-complete")
    assert trouble.line == len(rows) + 2  # after the header and the rows
    assert trouble.byte > 0


def test_damaged_gzip_is_named(tmp_path: Path) -> None:
    path = _write(tmp_path, b"this is no gzip", "in.csv.gz")

    (trouble,) = read(source_of(tmp_path), path)

    assert isinstance(trouble, Trouble)
    assert "breaks off" in str(trouble)


def test_line_in_another_encoding_is_refused_with_its_byte(tmp_path: Path) -> None:
    text = (
        GOOD.replace("p7,", "Ока,").encode("utf-8").replace("Ока".encode(), "Ока".encode("cp1251"))
    )
    found = read(source_of(tmp_path), _write(tmp_path, text))

    refused = [one for one in found if isinstance(one, Refusal)]
    assert len(found) == 60
    assert [(one.line, one.rule) for one in refused] == [(9, "encoding")]
    assert f"byte {text.index('Ока'.encode('cp1251'))} (0xce) is not utf-8" in refused[0].detail


def test_file_wholly_in_another_encoding_is_given_up(tmp_path: Path) -> None:
    rows = "".join(f"пост,2026-05-04T00:00:00Z,{n}\n" for n in range(lines.MOST_UNDECODABLE + 5))
    found = read(
        source_of(tmp_path), _write(tmp_path, b"post,time,level\n" + rows.encode("cp1251"))
    )

    assert isinstance(found[-1], Trouble)
    assert found[-1].rule == "encoding"
    assert "say encoding" in found[-1].detail
    assert len(found) == lines.MOST_UNDECODABLE + 1


def test_declared_encoding_is_read(tmp_path: Path) -> None:
    text = "post,time,level\nОка,2026-05-04T00:00:00Z,5\n".encode("cp1251")
    source = source_of(tmp_path, READINGS.replace("format: csv", "format: csv\nencoding: cp1251"))

    (row,) = read(source, _write(tmp_path, text))

    assert isinstance(row, Row)
    assert row.fields["post"] == "Ока"


def test_byte_order_mark_and_windows_line_ends_are_no_part_of_a_cell(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()

    found = read(source_of(tmp_path), _write(tmp_path, text))

    assert len(found) == 60
    assert all(isinstance(one, Row) for one in found)


def test_utf_16_is_named_as_such(tmp_path: Path) -> None:
    (trouble,) = read(source_of(tmp_path), _write(tmp_path, GOOD.encode("utf-16")))

    assert isinstance(trouble, Trouble)
    assert trouble.rule == "encoding"
    assert "UTF-16" in trouble.detail


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        (b"p7,2026-05-04T00:00:00Z,\x007\n", "nul"),
        (b"p7," + b"x" * (lines.LONGEST + 1) + b",7\n", "line-length"),
        (b'p7,"2026-05-04T00:00:00Z,7\n', "csv"),
        (b'p7,"2026-05-04T00:00:00Z"Z,7\n', "csv"),
        (b"p7,2026-05-04T00:00:00Z,7,8\n", "columns"),
        (b"p7\n", "columns"),
    ],
    ids=["nul", "too long", "open quote", "text after quote", "too many cells", "too few"],
)
def test_bad_line_is_one_bad_line(tmp_path: Path, bad: bytes, rule: str) -> None:
    before, after = GOOD.encode().split(b"p30,")
    path = _write(tmp_path, before + bad + b"p30," + after)

    found = read(source_of(tmp_path), path)

    assert [(one.line, one.rule) for one in found if isinstance(one, Refusal)] == [(32, rule)]
    assert sum(isinstance(one, Row) for one in found) == 60


def test_nested_json_of_ten_megabytes_is_one_refused_line(tmp_path: Path) -> None:
    source = source_of(tmp_path, READINGS.replace("format: csv", "format: jsonl"))
    deep = b"[" * 5_000_000 + b"]" * 5_000_000
    shallow = b"[" * 2000 + b"]" * 2000
    good = b'{"post": "a", "time": "2026-05-04T00:00:00Z", "level": 5}\n'
    path = _write(tmp_path, good + deep + b"\n" + shallow + b"\n" + good, "in.jsonl")

    found = read(source, path)

    refused = [(one.line, one.rule) for one in found if isinstance(one, Refusal)]
    assert refused == [(2, "line-length"), (3, "json")]
    assert sum(isinstance(one, Row) for one in found) == 2


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("post,time", "the column 'level' that the mapping names is not there"),
        ("post,time,level,level", "the column 'level' stands twice"),
    ],
)
def test_header_without_a_mapped_column_refuses_the_file(
    tmp_path: Path, header: str, words: str
) -> None:
    (trouble,) = read(source_of(tmp_path), _write(tmp_path, f"{header}\n1,2,3\n".encode()))

    assert isinstance(trouble, Trouble)
    assert trouble.line == 1
    assert words in trouble.detail


def test_empty_file_has_no_rows(tmp_path: Path) -> None:
    assert read(source_of(tmp_path), _write(tmp_path, b"")) == []


def test_growing_file_keeps_its_last_line_until_it_has_an_end(tmp_path: Path) -> None:
    path = _write(tmp_path, GOOD.rstrip("\n").encode())

    assert len(read(source_of(tmp_path), path, hold=True)) == 59
    assert len(read(source_of(tmp_path), path)) == 60


def test_sheet_gives_rows_with_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "in.xlsx"
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet("Levels")
    sheet.write_row(1, 0, ["post", "time", "level"])
    sheet.write_row(2, 0, [101001376117, datetime(2026, 5, 4, 8, 0), 12.5])  # noqa: DTZ001
    sheet.write_row(4, 0, ["b", "2026-05-04 09:00", "high"])
    book.close()
    text = READINGS.replace("format: csv", "format: xlsx\nsheet: Levels\nzone: Europe/Kyiv")
    source = source_of(tmp_path, text)

    first, second = read(source, path)
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    mapped, refused = source.mapper(first), source.mapper(second)

    assert not isinstance(mapped, Refusal)
    assert mapped.states[0].id == "urn:ngsi-ld:WaterObserved:101001376117"
    assert mapped.states[0].body["height"]["observedAt"] == "2026-05-04T05:00:00Z"
    assert isinstance(refused, Refusal)
    assert (refused.line, refused.field, refused.rule) == (5, "level", "number")


@pytest.mark.parametrize("name", ["in.xlsx", "in.geojson"])
def test_document_that_is_none_is_named(tmp_path: Path, name: str) -> None:
    text = READINGS.replace("format: csv", f"format: {name[3:]}")

    (trouble,) = read(source_of(tmp_path, text), _write(tmp_path, b"\x00garbage", name))

    assert isinstance(trouble, Trouble)
    assert trouble.file == name


_CELLS = st.text(st.characters(codec="utf-8"), max_size=12)
_LINES = st.lists(st.lists(_CELLS, max_size=5).map(",".join), max_size=30).map("\n".join)


@given(st.one_of(st.binary(max_size=400), _LINES.map(lambda text: text.encode())))
def test_any_bytes_after_the_header_are_rows_or_refusals(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("garbage", numbered=True)
    source = source_of(folder)
    found = read(source, _write(folder, b"post,time,level\n" + content))

    outcomes = [source.mapper(one) if isinstance(one, Row) else one for one in found]

    assert not any(isinstance(one, Trouble) for one in outcomes)
    numbers = [one.line for one in found if isinstance(one, Row | Refusal)]
    assert numbers == sorted(set(numbers))
    filled = sum(1 for line in content.split(b"\n") if line.strip())
    assert len(found) <= filled
