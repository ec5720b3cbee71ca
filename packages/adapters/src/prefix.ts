import { InvalidOptionError, PathPrefix, stringOption } from '@spark-perf/core';

/** A path that ours are mounted at on a host that doesn't mount by itself. */
export class Prefix {
  /** Without a slash at its end; empty for everything. */
  readonly path: string;
  readonly #asGiven: PathPrefix;
  readonly #lowerCased: PathPrefix;

  /** @throws InvalidOptionError when it does not begin with a slash */
  constructor(path: string | undefined) {
    const given = stringOption('prefix', path, '/');
    if (!given.startsWith('/')) throw new InvalidOptionError('prefix', 'a path that begins with /', path);
    this.#asGiven = new PathPrefix(given);
    this.#lowerCased = new PathPrefix(given.toLowerCase());
    this.path = this.#asGiven.text;
  }

  /**
   * Whether a path lies below, in any reading that the host's router may have of it: its escapes decoded, its dot
   * segments resolved, in any case. A guard mounted here must not be walked around by another spelling.
   */
  holds(path: string): boolean {
    return this.path === '' || this.#inner(path) !== undefined;
  }

  /** The path without the prefix; as it is where it does not lie below. */
  cut(path: string): string {
    return this.path === '' ? path : (this.#inner(path) ?? path);
  }

  /** As `mountpath`, behind the prefix that the host itself has cut. */
  behind(mountpath: string | undefined): string | undefined {
    return this.path === '' ? mountpath : `${mountpath ?? ''}${this.path}`;
  }

  #inner(path: string): string | undefined {
    return this.#innerOf(path) ?? (DOTS.test(path) ? this.#innerOf(resolved(path)) : undefined);
  }

  #innerOf(path: string): string | undefined {
    let covered = this.#asGiven.lengthIn(path);
    if (covered === -1) covered = this.#lowerCased.lengthIn(path.toLowerCase());
    return covered === -1 ? undefined : path.slice(covered) || '/';
  }
}

/** A segment that may be `.` or `..`; a backslash is a slash to `URL`. */
const DOTS = /[/\\](?:\.|%2e)/i;

function resolved(path: string): string {
  const href = `http://host${path}`;
  return URL.canParse(href) ? new URL(href).pathname : path;
}
