/** Lines and areas: where their middle is. */
import type { Geometry } from 'geojson';

type Corners = number | readonly Corners[];

/** The middle of the bounds, as the node has it (`console/layers.py`). */
export function middle(shape: Geometry): [number, number] | undefined {
  if (shape.type === 'GeometryCollection') return undefined;
  const xs: number[] = [];
  const ys: number[] = [];
  gather(shape.coordinates as Corners, xs, ys);
  if (xs.length === 0) return undefined;
  return [centre(xs), centre(ys)];
}

function gather(given: Corners, xs: number[], ys: number[]): void {
  if (typeof given === 'number') return;
  const [x, y] = given;
  if (typeof x === 'number' && typeof y === 'number') {
    xs.push(x);
    ys.push(y);
  } else for (const one of given) gather(one, xs, ys);
}

function centre(numbers: readonly number[]): number {
  let [low, high] = [Infinity, -Infinity];
  for (const one of numbers) {
    low = Math.min(low, one);
    high = Math.max(high, one);
  }
  return (low + high) / 2;
}
