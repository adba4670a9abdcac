"""Requests of citizens: a daily rhythm, and the storms that an episode brings.

Each request is said twice: when it comes and when it is closed, as an export does that is
written anew at each change. Both rows are functions of the slot (or call) that made it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from hansa.sectors.generator.dice import Dice
from hansa.sectors.generator.play import Play, Run, runs_between
from hansa.sectors.generator.row import Row, Value, place_in, seconds
from hansa.sectors.generator.script import Area, Calls, Category, Reports

_SLOT = 600
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def report_rows(
    play: Play, name: str, reports: Reports, start: datetime, end: datetime
) -> Iterator[Row]:
    """All rows of the stream that may be said in [start, end)."""
    longest = max((one.close[1] for one in reports.categories), default=0.0)
    first = _slot(max(start - timedelta(hours=longest), play.begins))
    for slot in range(first, _slot(end) + 1):
        yield from _of_slot(play, name, reports, slot)
    for run in runs_between(play, start, end):
        for number, calls in enumerate(run.episode.calls):
            if calls.stream == name and run.area is not None:
                yield from _of_calls(play, reports, run, run.area, number, calls)


def _slot(moment: datetime) -> int:
    return int((moment - _EPOCH).total_seconds()) // _SLOT


def _of_slot(play: Play, name: str, reports: Reports, slot: int) -> Iterator[Row]:
    """The requests of ten ordinary minutes."""
    begin = _EPOCH + timedelta(seconds=slot * _SLOT)
    dice = Dice(play.script.seed, name, slot)
    share = reports.hours[begin.astimezone(play.zone).hour] / sum(reports.hours)
    count = dice.arrivals(reports.per_day * share * _SLOT / 3600)
    moments = sorted({dice.whole(0, _SLOT - 1) for _ in range(count)})
    for second in moments:
        opened = begin + timedelta(seconds=second)
        if opened < play.begins:
            continue
        weights = [one.weight for one in reports.categories]
        category = dice.weighted(reports.categories, weights)
        area = dice.pick(tuple(play.script.areas.values()))
        closed = opened + seconds(3600 * dice.between(*category.close))
        text = dice.pick(category.texts)
        yield from _told(play, reports, category, area, opened, closed, text, dice, 0)


def _of_calls(
    play: Play, reports: Reports, run: Run, area: Area, number: int, calls: Calls
) -> Iterator[Row]:
    """The storm of one episode: most of it early, one call per step of its own."""
    category = next(one for one in reports.categories if one.code == calls.category)
    for index in range(calls.count):
        dice = Dice(play.script.seed, play.opening.isoformat(), run.key, number, index)
        done = ((index + dice.between(0.0, 0.6)) / calls.count) ** 1.6
        opened = play.moment(run.begin + calls.after + done * (calls.until - calls.after))
        closed = play.moment(run.begin + calls.close + calls.closing * dice.share())
        text = dice.pick(calls.texts or category.texts)
        mark = 1 + run.number * 100 + number * 50 + index
        yield from _told(play, reports, category, area, opened, closed, text, dice, mark)


def _told(
    play: Play,
    reports: Reports,
    category: Category,
    area: Area,
    opened: datetime,
    closed: datetime,
    text: str,
    dice: Dice,
    mark: int,
) -> Iterator[Row]:
    """The two rows of a request."""
    local = opened.astimezone(play.zone)
    second = local.hour * 3600 + local.minute * 60 + local.second
    number = f"{reports.prefix}{local:%y%m%d}-{second:05d}" + (f"-{mark}" if mark else "")
    street, house = dice.pick(area.streets), dice.whole(1, 64)
    lon, lat = place_in(area, dice)
    words = {"street": street, "house": house, "hours": dice.whole(2, 9)}
    words |= {"entrance": dice.whole(1, 6), "floor": dice.whole(2, 9)}
    fields: dict[str, Value] = {
        "number": number,
        "opened": opened,
        "due": opened + timedelta(hours=category.due),
        "code": category.code,
        "category": category.name,
        "group": category.group,
        "agency": category.agency,
        "channel": dice.weighted(tuple(reports.channels), tuple(reports.channels.values())),
        "district": area.district,
        "area": area.name,
        "address": f"{street}, {house}",
        "text": text.format_map(words),
        "lon": lon,
        "lat": lat,
    }
    if area.houses:
        fields["address_id"] = dice.pick(tuple(area.houses))
        fields["house"] = area.houses[str(fields["address_id"])]
    yield Row(opened, number, fields | {"status": reports.opened, "at": opened, "closed": None})
    yield Row(closed, number, fields | {"status": reports.closed, "at": closed, "closed": closed})
