import { InvalidOptionError, stringOption } from '@spark-perf/core';

/** A path that ours are mounted at on a host that doesn't mount by itself. */
export class Prefix {
  /** Without a slash at its end; empty for everything. */
  readonly path: string;

  /** @throws InvalidOptionError when it does not begin with a slash */
  constructor(path: string | undefined) {
    const given = stringOption('prefix', path, '/');
    if (!given.startsWith('/')) throw new InvalidOptionError('prefix', 'a path that begins with /', path);
    this.path = given.replace(/\/+$/, '');
  }

  /** `/admin` holds `/admin` and `/admin/users`, not `/administrators`. */
  holds(path: string): boolean {
    const { length } = this.path;
    return (
      length === 0 ||
      (path.startsWith(this.path) && (path.length === length || path.charCodeAt(length) === SLASH))
    );
  }

  cut(path: string): string {
    return this.path === '' ? path : path.slice(this.path.length) || '/';
  }

  /** As `mountpath`, behind the prefix that the host itself has cut. */
  behind(mountpath: string | undefined): string | undefined {
    return this.path === '' ? mountpath : `${mountpath ?? ''}${this.path}`;
  }
}

const SLASH = 47;
