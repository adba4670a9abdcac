/**
 * One word of a YAML text changed where it stands: comments, order and quotes of the rest stay.
 * Nothing is written anew from values, so what a form saves differs from the file only in what
 * the person changed.
 */
import {
  isMap,
  isScalar,
  isNode,
  parseDocument,
  type Document,
  type Node,
  type YAMLMap,
} from 'yaml';

export type Step = string;

/** The values of a text; null where it cannot be read (its author is typing). */
export function valuesOf(text: string): unknown {
  const read = parseDocument(text);
  return read.errors.length > 0 ? null : read.toJS();
}

/** A word as YAML: bare where it can be nothing else than text, quoted otherwise. */
export function scalar(value: string): string {
  const bare = /^\p{L}[\p{L}\p{N} .()’/-]*$/u.test(value) && value === value.trimEnd();
  const other = /^(y|n|yes|no|on|off|true|false|null)$/i.test(value);
  return bare && !other ? value : JSON.stringify(value);
}

/** A list of words, in one line. */
export const listed = (values: readonly string[]): string => `[${values.map(scalar).join(', ')}]`;

/** Words by language, in one line. */
export const worded = (words: Readonly<Record<string, string>>): string =>
  `{${Object.entries(words)
    .map(([language, text]) => `${language}: ${scalar(text)}`)
    .join(', ')}}`;

/** Set a member to a YAML value that is written in one line; the member may be new. */
export function put(text: string, steps: readonly Step[], written: string): string {
  const document = parseDocument(text);
  const found = document.getIn(steps, true);
  if (isNode(found) && found.range) {
    const [from, to] = found.range;
    return text.slice(0, from) + written + text.slice(isScalar(found) ? to : ended(text, found));
  }
  const key = steps.at(-1) ?? '';
  const parent = mapAt(document, steps.slice(0, -1));
  if (!parent) return text;
  return parent.flow
    ? insertInFlow(text, parent, `${key}: ${written}`)
    : insertLast(text, parent, `${key}: ${written}`);
}

/** Take a member of a block away, with its line or lines; the last one takes its block along. */
export function drop(text: string, steps: readonly Step[]): string {
  const parent = mapAt(parseDocument(text), steps.slice(0, -1));
  const pair = parent?.items.find((one) => keyOf(one.key) === steps.at(-1));
  if (!parent || !pair) return text;
  if (parent.items.length === 1 && steps.length > 1) return drop(text, steps.slice(0, -1));
  const from = lineStart(text, startOf(pair.key));
  return text.slice(0, from) + text.slice(lineEnd(text, pair.value ?? pair.key));
}

/** A new member of a block, before the first whose key is greater. */
export function insertSorted(text: string, block: string, key: string, written: string): string {
  const map = mapAt(parseDocument(text), [block]);
  if (!map) return `${block}:\n  ${key}: ${written}\n${text}`;
  const next = map.items.find((one) => keyOf(one.key) > key);
  if (!next) return insertLast(text, map, `${key}: ${written}`);
  const at = lineStart(text, startOf(next.key));
  return `${text.slice(0, at)}${indentOf(text, map)}${key}: ${written}\n${text.slice(at)}`;
}

/** A new member at the end of a block; further lines of it are set in below. */
export function append(text: string, block: string, lines: readonly string[]): string {
  const map = mapAt(parseDocument(text), [block]);
  if (!map) return `${text}${block}:\n${lines.map((line) => `  ${line}\n`).join('')}`;
  const indent = indentOf(text, map);
  return insertLast(text, map, lines.join(`\n${indent}`));
}

function insertLast(text: string, map: YAMLMap, written: string): string {
  const last = map.items.at(-1);
  const at = last ? lineEnd(text, last.value ?? last.key) : text.length;
  const before = text.slice(0, at);
  const break_ = before === '' || before.endsWith('\n') ? '' : '\n';
  return `${before}${break_}${indentOf(text, map)}${written}\n${text.slice(at)}`;
}

function insertInFlow(text: string, map: YAMLMap, written: string): string {
  const close = (map.range?.[1] ?? 1) - 1;
  const before = text.slice(0, close).trimEnd();
  return `${before}${map.items.length > 0 ? ', ' : ''}${written}${text.slice(close)}`;
}

function mapAt(document: Document, steps: readonly Step[]): YAMLMap | null {
  const found: unknown = steps.length === 0 ? document.contents : document.getIn(steps, true);
  return isMap(found) ? found : null;
}

const keyOf = (key: unknown): string => String(isScalar(key) ? (key.source ?? key.value) : key);
const startOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);
const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;

/** Where the value ends, without the break and the comments that follow a block. */
function ended(text: string, node: Node): number {
  const [from, to] = node.range ?? [0, 0];
  return from + text.slice(from, to).trimEnd().length;
}

function lineEnd(text: string, node: unknown): number {
  const from = isNode(node) ? ended(text, node) : text.length;
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at + 1;
}

function indentOf(text: string, map: YAMLMap): string {
  const first = map.items[0];
  if (!first) return '  ';
  const at = startOf(first.key);
  return ' '.repeat(at - lineStart(text, at));
}
