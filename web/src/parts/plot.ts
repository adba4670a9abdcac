/** How a series is drawn: line of means, band between least and greatest, limits of rules. */
import uPlot from 'uplot';
import type { Series } from '../api/model';
import { clockTime, day } from '../state/ages';
import { DAY } from '../state/spans';
import { number } from '../state/values';
import { COLOURS, SEVERITY, type Theme } from '../style/palette';

export interface Drawing {
  series: Series;
  from: number;
  to: number;
  theme: Theme;
  language: string;
  zone: string;
  width: number;
  height: number;
  /** charts of one page move one line together */
  together: string;
  pointed: (index: number | null) => void;
  zoom: (from: number, to: number) => void;
}

/** Of so few days the axis says the hours too. */
const SHORT = 3 * DAY;

type Limit = Series['limits'][number];

export function columns({ points }: Series): uPlot.AlignedData {
  const at = points.at.map((one) => one / 1000);
  const none = points.at.map(() => null);
  const banded = points.low.length > 0;
  return [at, points.mean, banded ? points.high : none, banded ? points.low : none];
}

export function options(drawing: Drawing): uPlot.Options {
  const { series, theme, language, from, to } = drawing;
  const colours = COLOURS[theme];
  const axis: uPlot.Axis = {
    stroke: colours.faint,
    font: '12px Inter',
    grid: { stroke: colours.line, width: 1 },
    ticks: { show: false },
  };
  const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };
  return {
    width: drawing.width,
    height: drawing.height,
    legend: { show: false },
    padding: [8, 24, 0, 0],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), drawing.zone),
    cursor: {
      y: false,
      points: { size: 7 },
      drag: { x: true, y: false, setScale: false },
      sync: { key: drawing.together, setSeries: false, scales: ['x', null] },
    },
    scales: {
      x: { time: true, range: () => [from / 1000, to / 1000] },
      y: { range: (_plot, low, high) => bounds(low, high, series.limits) },
    },
    series: [
      {},
      {
        stroke: colours.series,
        width: 1.5,
        spanGaps: false,
        points: { show: series.points.at.length < 60, size: 4, fill: colours.series },
      },
      edge,
      edge,
    ],
    bands: [{ series: [2, 3], fill: colours.seriesFill }],
    axes: [
      {
        ...axis,
        space: 80,
        size: to - from > SHORT ? 28 : 44,
        values: (_plot, ticks) =>
          ticks.map((tick, index) => label(drawing, tick, ticks[index - 1])),
      },
      {
        ...axis,
        size: 56,
        space: 32,
        values: (_plot, ticks) => ticks.map((t) => number(t, language)),
      },
    ],
    hooks: {
      draw: [(plot) => drawLimits(plot, series.limits, theme, language)],
      setCursor: [(plot) => drawing.pointed(plot.cursor.idx ?? null)],
      setSelect: [
        (plot) => {
          if (plot.select.width < 8) return;
          const begin = plot.posToVal(plot.select.left, 'x');
          const end = plot.posToVal(plot.select.left + plot.select.width, 'x');
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          drawing.zoom(begin * 1000, end * 1000);
        },
      ],
    },
  };
}

/** Air above and below, and the nearest limit where it is near enough to say something. */
export function bounds(
  low: number | null,
  high: number | null,
  limits: readonly Limit[],
): [number, number] {
  if (low === null || high === null) return [0, 1];
  const range = high - low || Math.abs(high) || 1;
  const away = (value: number): number => Math.max(low - value, value - high, 0);
  const near = limits
    .map((one) => one.value)
    .filter((value) => away(value) < range)
    .sort((a, b) => away(a) - away(b))
    .slice(0, 1);
  const [least, most] = [Math.min(low, ...near), Math.max(high, ...near)];
  const air = (most - least || range) * 0.08;
  // what is never negative is not drawn below nothing
  return [low >= 0 && least - air < 0 ? 0 : least - air, most + air];
}

function label(drawing: Drawing, tick: number, before: number | undefined): string {
  const { zone, language, from, to } = drawing;
  const date = day(tick * 1000, zone, language);
  if (to - from > SHORT) return date;
  const same = before !== undefined && day(before * 1000, zone, language) === date;
  const time = clockTime(tick * 1000, zone, language);
  return same ? time : `${time}\n${date}`;
}

function drawLimits(plot: uPlot, limits: readonly Limit[], theme: Theme, language: string): void {
  const { ctx, bbox } = plot;
  const right = bbox.left + bbox.width;
  let above = -Infinity;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.font = `${11 * devicePixelRatio}px Inter`;
  ctx.textAlign = 'right';
  for (const limit of [...limits].sort((a, b) => b.value - a.value)) {
    const y = plot.valToPos(limit.value, 'y', true);
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    const colours = SEVERITY[theme][limit.severity];
    ctx.strokeStyle = colours.edge;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(right, y);
    ctx.stroke();
    // a label stands on its line, or hangs from it where the one above is too near
    const up = y - 4 * devicePixelRatio;
    const text = up - above > 12 * devicePixelRatio ? up : y + 11 * devicePixelRatio;
    if (text > bbox.top + bbox.height) continue;
    ctx.fillStyle = colours.ink;
    const words = `${limit.operator} ${number(limit.value, language)}`;
    ctx.fillText(words, right - 4 * devicePixelRatio, text);
    above = text;
  }
  ctx.restore();
}
