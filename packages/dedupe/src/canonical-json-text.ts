import { isUtf8 } from 'node:buffer';
import { quoted } from './canonical-json.js';
import { endOfString } from './end-of-string.js';
import type { JsonSource, Member } from './sort-members.js';
import { compareNames, sortMembers } from './sort-members.js';

/** Deeper than any real document: beyond it a body is told apart by its bytes alone. */
const MAX_DEPTH = 100;
/** What a double keeps of any decimal number. */
const MAX_DIGITS = 15;

/** A value that is canonical as it is written: no text needs to be made of it. */
const SAME = '';

/**
 * The RFC 8785 form of JSON in UTF-8, in one pass that builds no value; `undefined` where it has none that keeps
 * different bytes apart: not JSON, not UTF-8, numbers beyond the precision of a double, a member named twice.
 */
export function canonicalJsonText(bytes: Buffer): string | undefined {
  // Bytes that are no UTF-8 would all be read as the same replacement character.
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString();
  // Code units in an array are read twice as fast as those of a string; of ASCII they are at hand.
  const codes = text.length === bytes.length ? bytes : codeUnits(text);
  return new CanonicalReader({ text, codes }).document();
}

function codeUnits(text: string): Uint16Array {
  const codes = new Uint16Array(text.length);
  for (let i = 0; i < codes.length; i++) codes[i] = text.charCodeAt(i);
  return codes;
}

/** A strict parser (RFC 8259). What it reads comes back as a canonical text, `SAME`, or `undefined` for none. */
class CanonicalReader {
  readonly #source: JsonSource;
  readonly #text: string;
  readonly #codes: Uint8Array | Uint16Array;
  #at = 0;
  /** The content of the last string that was not the same. */
  #unquoted = '';

  constructor(source: JsonSource) {
    this.#source = source;
    this.#text = source.text;
    this.#codes = source.codes;
  }

  document(): string | undefined {
    this.#skipSpace();
    const from = this.#at;
    const value = this.#value(0);
    const to = this.#at;
    this.#skipSpace();
    if (this.#at < this.#text.length) return undefined;
    return value === SAME ? this.#text.slice(from, to) : value;
  }

  #value(depth: number): string | undefined {
    switch (this.#codes[this.#at]) {
      case 0x22:
        return this.#string();
      case 0x7b:
        return depth < MAX_DEPTH ? this.#object(depth + 1) : undefined;
      case 0x5b:
        return depth < MAX_DEPTH ? this.#array(depth + 1) : undefined;
      case 0x74:
        return this.#literal('true');
      case 0x66:
        return this.#literal('false');
      case 0x6e:
        return this.#literal('null');
      default:
        return this.#number();
    }
  }

  #object(depth: number): string | undefined {
    const members: Member[] = [];
    let sorted = true;
    this.#at++;
    let same = !this.#skipSpace();
    if (this.#take(0x7d)) return same ? SAME : '{}';
    do {
      if (this.#skipSpace()) same = false;
      const member = this.#member(depth);
      if (member === undefined) return undefined;
      if (member.text !== SAME) same = false;
      // Equal names are out of order too: they are found where the members are sorted.
      const last = members[members.length - 1];
      if (last !== undefined && compareNames(last, member, this.#source) >= 0) sorted = false;
      members.push(member);
      if (this.#skipSpace()) same = false;
    } while (this.#take(0x2c));
    if (!this.#take(0x7d)) return undefined;
    if (!sorted && !sortMembers(members, this.#source)) return undefined;
    if (sorted && same) return SAME;
    let text = '{';
    for (let i = 0; i < members.length; i++) {
      const member = members[i]!;
      if (i > 0) text += ',';
      text += member.text === SAME ? this.#text.slice(member.from, member.to) : member.text;
    }
    return text + '}';
  }

  #member(depth: number): Member | undefined {
    const text = this.#text;
    const from = this.#at;
    if (this.#codes[from] !== 0x22) return undefined;
    const quotedName = this.#string();
    if (quotedName === undefined) return undefined;
    const colon = this.#at;
    const name = quotedName === SAME ? undefined : this.#unquoted;
    let spaced = this.#skipSpace();
    if (!this.#take(0x3a)) return undefined;
    if (this.#skipSpace()) spaced = true;
    const start = this.#at;
    const value = this.#value(depth);
    if (value === undefined) return undefined;
    const to = this.#at;
    if (!spaced && quotedName === SAME && value === SAME) return { from, colon, to, name, text: SAME };
    const left = quotedName === SAME ? text.slice(from, colon) : quotedName;
    return { from, colon, to, name, text: `${left}:${value === SAME ? text.slice(start, to) : value}` };
  }

  #array(depth: number): string | undefined {
    this.#at++;
    let same = !this.#skipSpace();
    if (this.#take(0x5d)) return same ? SAME : '[]';
    let text = '[';
    // Where the part of the source begins that is not in `text` yet.
    let copied = this.#at;
    for (;;) {
      const from = this.#at;
      const item = this.#value(depth);
      if (item === undefined) return undefined;
      const to = this.#at;
      if (item !== SAME) {
        text += this.#text.slice(copied, from) + item;
        copied = to;
        same = false;
      }
      let spaced = this.#skipSpace();
      const ends = this.#take(0x5d);
      if (!ends && !this.#take(0x2c)) return undefined;
      if (!ends && this.#skipSpace()) spaced = true;
      if (spaced) {
        text += this.#text.slice(copied, to) + (ends ? ']' : ',');
        copied = this.#at;
        same = false;
      }
      if (ends) return same ? SAME : text + this.#text.slice(copied, this.#at);
    }
  }

  /** Printable ASCII without escapes stands for itself; all else goes through the parser and the writer. */
  #string(): string | undefined {
    const text = this.#text;
    const codes = this.#codes;
    const start = this.#at;
    let at = start + 1;
    let code = codes[at]!;
    while (code >= 0x20 && code < 0x7f && code !== 0x22 && code !== 0x5c) code = codes[++at]!;
    if (code === 0x22) {
      this.#at = at + 1;
      return SAME;
    }
    const end = endOfString(text, at);
    this.#at = end + 1;
    try {
      this.#unquoted = JSON.parse(text.slice(start, end + 1)) as string;
      return quoted(this.#unquoted);
    } catch {
      return undefined;
    }
  }

  #number(): string | undefined {
    const codes = this.#codes;
    const start = this.#at;
    if (codes[start] === 0x2d) this.#at++;
    const leading = codes[this.#at]!;
    const whole = this.#digits();
    if (whole === 0 || (whole > 1 && leading === 0x30)) return undefined;
    let digits = whole;
    let plain = leading !== 0x30 || this.#at - start === 1; // all but -0 and 0.…
    if (this.#take(0x2e)) {
      const fraction = this.#digits();
      if (fraction === 0) return undefined;
      digits += fraction;
      if (codes[this.#at - 1] === 0x30 || leading === 0x30) plain = false;
    }
    const e = codes[this.#at]!;
    if (e === 0x65 || e === 0x45) {
      plain = false;
      this.#at++;
      if (!this.#take(0x2b)) this.#take(0x2d);
      const exponent = this.#digits();
      // An exponent of three digits may leave the range of a double.
      if (exponent === 0 || exponent > 2) return undefined;
    }
    if (digits > MAX_DIGITS) return undefined;
    if (plain) return SAME;
    const written = this.#text.slice(start, this.#at);
    const value = Number(written);
    return value === 0 ? '0' : String(value); // -0 is written 0
  }

  /** Skips digits; how many. */
  #digits(): number {
    const codes = this.#codes;
    const start = this.#at;
    let at = start;
    let code = codes[at]!;
    while (code >= 0x30 && code <= 0x39) code = codes[++at]!;
    this.#at = at;
    return at - start;
  }

  #literal(name: string): string | undefined {
    if (!this.#text.startsWith(name, this.#at)) return undefined;
    this.#at += name.length;
    return SAME;
  }

  #take(wanted: number): boolean {
    if (this.#codes[this.#at] !== wanted) return false;
    this.#at++;
    return true;
  }

  /** Whether there was any. */
  #skipSpace(): boolean {
    const start = this.#at;
    let code = this.#codes[start]!;
    if (code > 0x20) return false;
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = this.#codes[++this.#at]!;
    return this.#at > start;
  }
}
