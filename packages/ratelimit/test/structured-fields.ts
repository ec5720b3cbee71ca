/** A parser of RFC 9651 lists and dictionaries, as far as rate limit fields go: integers, strings, tokens, parameters. */
export interface Item {
  readonly value: number | string;
  readonly params: Readonly<Record<string, number | string>>;
}

class Reader {
  #rest: string;

  constructor(text: string) {
    this.#rest = text.trim();
  }

  get done(): boolean {
    return this.#rest === '';
  }

  take(pattern: RegExp): string | undefined {
    const found = new RegExp(`^(?:${pattern.source})`).exec(this.#rest)?.[0];
    if (found !== undefined) this.#rest = this.#rest.slice(found.length);
    return found;
  }

  must(pattern: RegExp): string {
    const found = this.take(pattern);
    if (found === undefined) throw new SyntaxError(`no ${pattern.source} at: ${this.#rest}`);
    return found;
  }

  bare(): number | string {
    const integer = this.take(/-?\d{1,15}/);
    if (integer !== undefined) return Number(integer);
    return this.must(/"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"/)
      .slice(1, -1)
      .replace(/\\(["\\])/g, '$1');
  }

  item(): Item {
    const value = this.bare();
    const params: Record<string, number | string> = {};
    while (this.take(/; */) !== undefined) {
      const name = this.must(/[a-z*][a-z0-9_.*-]*/);
      this.must(/=/);
      params[name] = this.bare();
    }
    return { value, params };
  }

  separator(): void {
    if (!this.done) this.must(/[ \t]*,[ \t]*(?=[^\s])/);
  }
}

export function parseList(text: string): Item[] {
  const reader = new Reader(text);
  const items: Item[] = [];
  while (!reader.done) {
    items.push(reader.item());
    reader.separator();
  }
  return items;
}

export function parseDictionary(text: string): Record<string, Item> {
  const reader = new Reader(text);
  const members: Record<string, Item> = {};
  while (!reader.done) {
    const name = reader.must(/[a-z*][a-z0-9_.*-]*/);
    reader.must(/=/);
    members[name] = reader.item();
    reader.separator();
  }
  return members;
}
