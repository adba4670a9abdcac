/** Whether a point lies in a polygon (rings of RFC 7946: the first is the outer one). */

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
