/** The node's paths, typed by its own description: a call of a path it has not is no TypeScript. */
import type { paths } from './schema';

type Path = keyof paths & string;
type Method = 'get' | 'post' | 'put' | 'delete';

/** Paths that know the method. */
export type PathOf<M extends Method> = {
  [P in Path]: [Exclude<paths[P][M], undefined>] extends [never] ? never : P;
}[Path];

type Names<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;

/** What stands in the braces of a path. */
export type Values<P extends string> = Readonly<Record<Names<P>, string>>;

export function fill<P extends string>(path: P, values: Values<P>): string {
  return Object.entries<string>(values).reduce(
    (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(value)),
    path as string,
  );
}
