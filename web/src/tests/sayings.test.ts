import { expect, test } from 'vitest';
import { sayingOf } from '../state/sayings';
import { translate } from '../words/translate';

test.each([
  ["'high' is not a number", "'high' не число"],
  ["'9000' is not between -200 and 1500", "'9000' не между -200 и 1500"],
  ["'it\\'s 5' is below 3", "'it\\'s 5' меньше 3"],
  ["'x' is not one of Open, Closed", "'x' нет среди: Open, Closed"],
  ['holds no value', 'пусто'],
  ['holds no value where CLOSED holds one', 'пусто, хотя CLOSED заполнено'],
  ['the row has 17 cells and the header 20', 'в строке ячеек 17, а в заголовке 20'],
  [
    "the column 'post' that the mapping names is not there (nor time)",
    'нет столбца post, который нужен источнику',
  ],
])('%s is said in Russian', (detail, words) => {
  const saying = sayingOf(detail);
  expect(saying && translate('ru', saying.key, saying.given)).toBe(words);
});

test('what is not known stays as the node said it', () => {
  expect(sayingOf('the attribute belongs to another source')).toBeNull();
});
