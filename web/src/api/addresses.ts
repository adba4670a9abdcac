/** Calls about addresses: what was typed, one house, the zones of supply. */
import { get } from './http';
import type { Texts } from './model';

export type Match = 'exact' | 'prefix' | 'typo' | 'near';

/** A house, or a street (`id` null) with its number of houses. */
export interface FoundAddress {
  id: string | null;
  street: string;
  label: string;
  match: Match;
  houseNumber?: string;
  district?: string;
  houses?: number;
  /** the old or other name by which it was found */
  name?: string;
}

export interface FoundAddresses {
  found: FoundAddress[];
  /** how many houses the city's table has at all */
  houses: number;
}

export interface SocialObject {
  id?: string;
  category: string;
  name: string;
}

export interface SupplyZone {
  id: string;
  name: string;
  resource: string;
  organization?: string;
  /** drawn on the map, and not only named by its houses */
  outline: boolean;
}

export interface Supplier {
  name: Texts | null;
  telephone: string | null;
}

export interface House {
  id: string;
  street: string;
  houseNumber: string;
  streetNames?: string[];
  district?: string;
  residents?: number;
  children?: number;
  managedBy?: string;
  organization?: string;
  location?: GeoJSON.Geometry;
  change: number;
  changedAt: string;
  zones: SupplyZone[];
  organizations: Record<string, Supplier>;
  /** what houses are supplied with, in the order of the screens */
  resources: Record<string, Texts>;
  social: SocialObject[];
}

export interface HouseCount {
  houses: number;
  people: number;
  children: number;
  /** houses of which nobody told how many live there */
  unknown: number;
  social: SocialObject[];
}

export interface ZonesAnswer {
  zones: (SupplyZone & Partial<HouseCount>)[];
  organizations: Record<string, Supplier>;
  /** what houses are supplied with, in the order of the screens */
  resources: Record<string, Texts>;
  all: Partial<HouseCount>;
}

export const search = (text: string, limit = 10): Promise<FoundAddresses> =>
  get('/desk/addresses', {}, new URLSearchParams({ q: text, limit: String(limit) }));

export const house = (id: string): Promise<House> => get('/desk/addresses/{id}', { id });

export const zones = (): Promise<ZonesAnswer> => get('/desk/addresses/zones', {});
