import { expect, test } from 'vitest';
import { address, parse, type Place } from '../state/place';

test.each<[string, Place]>([
  ['', { page: 'situation' }],
  ['#/situation', { page: 'situation' }],
  ['#/incidents', { page: 'incidents' }],
  ['#/incidents/urn%3Ax%3A1', { page: 'incident', id: 'urn:x:1' }],
  ['#/explorer', { page: 'explorer', id: null }],
  ['#/explorer/urn%3Ax%2F1', { page: 'explorer', id: 'urn:x/1' }],
  ['#/nowhere', { page: 'situation' }],
  ['#/explorer/%E0%A4%A', { page: 'explorer', id: null }],
])('%s', (hash, place) => {
  expect(parse(hash)).toEqual(place);
});

test.each<Place>([
  { page: 'situation' },
  { page: 'incidents' },
  { page: 'incident', id: 'urn:ngsi-ld:Incident:a/b' },
  { page: 'administration', section: 'settings', id: 'rules/air.yaml' },
  { page: 'explorer', id: 'urn:ngsi-ld:Ä' },
])('an address leads back to its place: $page', (place) => {
  expect(parse(address(place))).toEqual(place);
});
