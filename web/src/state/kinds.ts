/** Kinds of entities as a list to begin with: by sector, what nobody has words for first. */
export interface Kind {
  type: string;
  name: string;
  count: number;
}
export interface KindGroup {
  sector: string | undefined;
  kinds: readonly Kind[];
}

interface Words {
  /** "" of a type that belongs to no sector; undefined: the vocabulary does not know it */
  sectorOf: (type: string) => string | undefined;
  name: (type: string) => string;
  /** sectors in the order of the vocabulary */
  order: readonly string[];
}

export function kindsOf(
  counted: Readonly<Record<string, number>>,
  { sectorOf, name, order }: Words,
): KindGroup[] {
  const groups = new Map<string | undefined, Kind[]>();
  for (const [type, count] of Object.entries(counted)) {
    const sector = sectorOf(type);
    const group = groups.get(sector) ?? [];
    group.push({ type, name: name(type), count });
    groups.set(sector, group);
  }
  const place = (sector: string | undefined): number => {
    if (sector === undefined) return -1;
    return order.includes(sector) ? order.indexOf(sector) : order.length;
  };
  return [...groups]
    .sort(([a], [b]) => place(a) - place(b))
    .map(([sector, kinds]) => ({
      sector,
      kinds: kinds.sort((a, b) => a.name.localeCompare(b.name)),
    }));
}
