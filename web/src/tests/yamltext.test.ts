import { expect, test } from 'vitest';
import {
  append,
  drop,
  insertSorted,
  listed,
  put,
  scalar,
  valuesOf,
  worded,
} from '../state/yamltext';

const CALENDAR = `# hand-made
holidays:
  2015-01-01: {en: New Year's Day, ru: "Новый год"}  # always
  2015-07-04: {en: Independence Day}

# who works when
calendars:
  office:
    hours: {mon-fri: [08:30-17:00]}  # lunch is nobody's business
`;
const ORGANIZATIONS = `organizations:
  # the water
  water:
    kind: utility  # since 1977
    name: {en: "Water, and sewer", ru: Водоканал}
    telephone: "+1 617 555 0101"
    sectors: [water, river]
  parks:
    kind: department
    name: {en: Parks}
# the end
`;

test('a word changes and nothing else', () => {
  const changed = put(
    ORGANIZATIONS,
    ['organizations', 'water', 'telephone'],
    scalar('+1 555 0199'),
  );
  expect(changed).toBe(ORGANIZATIONS.replace('"+1 617 555 0101"', '"+1 555 0199"'));
  const kind = put(ORGANIZATIONS, ['organizations', 'water', 'kind'], 'company');
  expect(kind).toBe(ORGANIZATIONS.replace('utility  #', 'company  #'));
  const name = put(ORGANIZATIONS, ['organizations', 'water', 'name', 'ru'], scalar('Вода'));
  expect(name).toBe(ORGANIZATIONS.replace('Водоканал', 'Вода'));
  const list = put(ORGANIZATIONS, ['organizations', 'water', 'sectors'], listed(['heat']));
  expect(list).toBe(ORGANIZATIONS.replace('[water, river]', '[heat]'));
});

test('a new member stands in its place', () => {
  expect(put(ORGANIZATIONS, ['organizations', 'parks', 'telephone'], scalar('+1 2'))).toBe(
    ORGANIZATIONS.replace('{en: Parks}\n', '{en: Parks}\n    telephone: "+1 2"\n'),
  );
  expect(put(ORGANIZATIONS, ['organizations', 'parks', 'name', 'uk'], scalar('Парки'))).toBe(
    ORGANIZATIONS.replace('{en: Parks}', '{en: Parks, uk: Парки}'),
  );
  const more = append(ORGANIZATIONS, 'organizations', ['roads:', '  kind: company']);
  expect(more).toBe(ORGANIZATIONS.replace('# the end', '  roads:\n    kind: company\n# the end'));
});

test('a holiday comes in the order of days, and goes', () => {
  const more = insertSorted(CALENDAR, 'holidays', '2015-03-17', worded({ en: 'Evacuation Day' }));
  expect(more).toBe(
    CALENDAR.replace('  2015-07-04', '  2015-03-17: {en: Evacuation Day}\n  2015-07-04'),
  );
  expect(drop(more, ['holidays', '2015-03-17'])).toBe(CALENDAR);
  const last = insertSorted(CALENDAR, 'holidays', '2015-12-25', worded({ en: 'Christmas' }));
  expect(last).toContain('Independence Day}\n  2015-12-25: {en: Christmas}\n\n# who works when');
});

test('the last holiday takes its heading along, and the first brings it', () => {
  const none = drop(drop(CALENDAR, ['holidays', '2015-01-01']), ['holidays', '2015-07-04']);
  expect(valuesOf(none)).toEqual({
    calendars: { office: { hours: { 'mon-fri': ['08:30-17:00'] } } },
  });
  const one = insertSorted(none, 'holidays', '2016-01-01', worded({ en: 'x' }));
  expect(valuesOf(one)).toMatchObject({ holidays: { '2016-01-01': { en: 'x' } } });
});

test.each(['yes', 'No', '12', '08:30', 'a: b', '# x', 'a, b', '', 'Parks ', '"', "it's"])(
  'what could be read as something else is quoted: %j',
  (word) => {
    expect(scalar(word)).toBe(JSON.stringify(word));
    expect(valuesOf(`{a: ${scalar(word)}}`)).toEqual({ a: word });
  },
);

test('what cannot be read has no values', () => {
  expect(valuesOf('a: [1')).toBeNull();
});
