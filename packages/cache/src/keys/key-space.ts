import { createHash } from 'node:crypto';
import { InvalidKeyError } from '../errors.js';

/** Longer keys are replaced by their SHA-256. */
const MAX_KEY = 512;
const MARK = 0x7e; // ~

/**
 * Where a namespace's keys and tags live. Names are written with their length, so that no two namespaces can meet:
 * `a:b` + `c` is not `a` + `b:c`. Root keys stand for themselves; one that begins with the mark `~` gets another.
 */
export class KeySpace {
  static readonly root = new KeySpace('', ['e']);

  readonly #isRoot: boolean;

  private constructor(
    readonly prefix: string,
    /** The tags that `clear()` of this namespace and of those around it invalidates, the root's first. */
    readonly epochs: readonly string[],
  ) {
    this.#isRoot = prefix === '';
  }

  child(name: string): KeySpace {
    if (typeof name !== 'string' || name === '' || name.length > MAX_KEY)
      throw new InvalidKeyError(`A namespace is a string of 1 to ${MAX_KEY} characters`);
    const prefix = `${this.prefix}~${name.length}:${name}/`;
    return new KeySpace(prefix, [...this.epochs, `e${prefix}`]);
  }

  /** The key as all levels know it. @throws InvalidKeyError */
  key(key: string): string {
    // Short enough to be inlined into a hit: most keys stand for themselves.
    return this.#isRoot && typeof key === 'string' && key.length <= MAX_KEY && key.charCodeAt(0) !== MARK
      ? key
      : this.#encode(key);
  }

  #encode(key: string): string {
    if (typeof key !== 'string') throw new InvalidKeyError(`A key is a string, got ${typeof key}`);
    if (key.length > MAX_KEY)
      return `${this.prefix}~#${createHash('sha256').update(key).digest('base64url')}`;
    return this.prefix + (key.charCodeAt(0) === MARK ? `~${key}` : key);
  }

  /** The tag as all levels know it. @throws InvalidKeyError */
  tag(tag: string): string {
    if (typeof tag !== 'string' || tag === '' || tag.length > MAX_KEY)
      throw new InvalidKeyError(`A tag is a string of 1 to ${MAX_KEY} characters`);
    return `t${this.prefix}/${tag}`;
  }

  /** What `clear()` invalidates. */
  get epoch(): string {
    return this.epochs[this.epochs.length - 1]!;
  }
}
