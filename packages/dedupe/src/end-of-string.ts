const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The place of the quote that ends a JSON string whose content is read up to `from`; the source's length if there is none. */
export function endOfString(source: Buffer, from: number): number {
  let at = from;
  while (at < source.length) {
    const code = source[at];
    if (code === QUOTE) return at;
    at += code === BACKSLASH ? 2 : 1;
  }
  return source.length;
}
