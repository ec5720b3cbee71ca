/** A mount prefix, ready to be compared with paths. `/admin` covers `/admin` and `/admin/users`, not `/administrators`. */
export class PathPrefix {
  /** Without a slash at its end; empty for `/`. */
  readonly text: string;
  readonly #segments: readonly string[];

  constructor(prefix: string) {
    this.text = prefix.replace(/\/+$/, '');
    this.#segments = this.text.split('/').map(decoded);
  }

  /**
   * How much of `path` the prefix covers, up to a segment's end; -1 when it does not match. Escapes are compared
   * decoded, as the router does: `/%61dmin` is below `/admin`, or a guard mounted there could be walked around.
   */
  lengthIn(path: string): number {
    const { text } = this;
    if (path.startsWith(text)) {
      const { length } = text;
      if (path.length === length || path.charCodeAt(length) === 47) return length;
    }
    return path.includes('%') ? this.#decodedLengthIn(path) : -1;
  }

  #decodedLengthIn(path: string): number {
    let end = 0;
    for (const [index, segment] of this.#segments.entries()) {
      const start = index === 0 ? 0 : end + 1;
      if (start > path.length) return -1;
      const slash = path.indexOf('/', start);
      end = slash === -1 ? path.length : slash;
      if (decoded(path.slice(start, end)) !== segment) return -1;
    }
    return end;
  }
}

/** Reserved characters stay escaped: `%2F` is not a slash. */
function decoded(segment: string): string {
  try {
    return decodeURI(segment);
  } catch {
    return segment;
  }
}
