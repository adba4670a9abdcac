/** Places in areas (rings of RFC 7946: the first is the outer one) and boxes in boxes. */

export type Position = readonly [number, number];
export type Ring = readonly Position[];

export function within(point: Position, rings: readonly Ring[]): boolean {
  return rings.every((ring, index) => crossings(point, ring) % 2 === (index === 0 ? 1 : 0));
}

/** How often a ray eastward from the point crosses the ring. */
function crossings([x, y]: Position, ring: Ring): number {
  let count = 0;
  for (let index = 1; index < ring.length; index += 1) {
    const [ax, ay] = ring[index - 1] ?? [0, 0];
    const [bx, by] = ring[index] ?? [0, 0];
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) count += 1;
  }
  return count;
}

type Box = readonly [number, number, number, number];

/** Whether one box (west, south, east, north) holds all of another. */
export function holds(outer: Box, inner: Box): boolean {
  const [west, south, east, north] = outer;
  return west <= inner[0] && south <= inner[1] && east >= inner[2] && north >= inner[3];
}
