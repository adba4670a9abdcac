/** Which view a wall shows: time alone decides, so that two screens of one desk turn together. */
export const VIEWS = ['map', 'queue', 'sectors', 'duty'] as const;
export type View = (typeof VIEWS)[number];

/** Milliseconds that a view stands: long enough to read it twice. */
export const STANDS = 24_000;

export interface Turn {
  view: View;
  /** how much of its time has passed, 0 to 1 */
  passed: number;
}

/** The view at a moment of this machine. A view that is asked for stays. */
export function turnAt(now: number, fixed: View | null = null): Turn {
  const step = Math.floor(now / STANDS);
  const index = ((step % VIEWS.length) + VIEWS.length) % VIEWS.length;
  return { view: fixed ?? VIEWS[index] ?? 'map', passed: fixed ? 0 : now / STANDS - step };
}

export interface WallSettings {
  theme: 'dark' | 'light';
  view: View | null;
}

/** `?wall`, `?wall=queue`, `?wall&theme=light`; null where the address asks for no wall. */
export function wallOf(search: string): WallSettings | null {
  const asked = new URLSearchParams(search);
  const wall = asked.get('wall');
  if (wall === null) return null;
  return {
    theme: asked.get('theme') === 'light' ? 'light' : 'dark',
    view: VIEWS.find((one) => one === wall) ?? null,
  };
}
