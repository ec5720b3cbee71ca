const QUOTE = '"';
const BACKSLASH = 0x5c;

/** The place of the quote that ends a JSON string whose content is read up to `from`; the text's length if there is none. */
export function endOfString(text: string, from: number): number {
  let end = text.indexOf(QUOTE, from);
  while (end !== -1) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
    end = text.indexOf(QUOTE, end + 1);
  }
  return text.length;
}
