import { isUtf8 } from 'node:buffer';
import { quoted } from './canonical-json.js';
import { CanonicalOutput } from './canonical-output.js';
import { endOfString } from './end-of-string.js';
import { MemberList } from './member-list.js';

/** Deeper than any real document: beyond it a body is told apart by its bytes alone. */
const MAX_DEPTH = 100;
/** What a double keeps of any decimal number. */
const MAX_DIGITS = 15;

const EMPTY: Buffer = Buffer.alloc(0);

/**
 * The RFC 8785 form of JSON in UTF-8, byte by byte: a strict parser (RFC 8259) that builds no value, no text and no
 * object. What it works in is kept for the next document, up to 64 KiB.
 */
export class JsonCanonicalizer {
  readonly #out = new CanonicalOutput();
  readonly #members = new MemberList();
  #source = EMPTY;
  #at = 0;

  /**
   * The canonical form, which holds until the next call; `undefined` where there is none that keeps different bytes
   * apart: not JSON, not UTF-8, numbers beyond the precision of a double, a member named twice.
   */
  formOf(source: Buffer): Uint8Array | undefined {
    // Bytes that are no UTF-8 would all be read as the same replacement character.
    if (!isUtf8(source)) return undefined;
    this.#begin(source);
    this.#skipSpace();
    const isValue = this.#value(0);
    this.#skipSpace();
    const form = isValue && this.#at === source.length ? this.#out.whole() : undefined;
    this.#begin(EMPTY);
    return form;
  }

  #begin(source: Buffer): void {
    this.#source = source;
    this.#at = 0;
    this.#out.begin(source);
    this.#members.begin(source);
  }

  /** Like all that read a part: past it on success; false where it is none, or has no form. */
  #value(depth: number): boolean {
    switch (this.#source[this.#at]) {
      case 0x22:
        return this.#string();
      case 0x7b:
        return depth < MAX_DEPTH && this.#object(depth + 1);
      case 0x5b:
        return depth < MAX_DEPTH && this.#array(depth + 1);
      case 0x74:
        return this.#word(0x72, 0x75, 0x65);
      case 0x66:
        return this.#take(0x66) && this.#source[this.#at] === 0x61 && this.#word(0x6c, 0x73, 0x65);
      case 0x6e:
        return this.#word(0x75, 0x6c, 0x6c);
      default:
        return this.#number();
    }
  }

  #object(depth: number): boolean {
    const members = this.#members;
    const first = members.size;
    let sorted = true;
    this.#at++;
    this.#skipSpace();
    if (this.#take(0x7d)) return true;
    do {
      this.#skipSpace();
      if (!this.#member(depth)) return false;
      const last = members.size - 1;
      // Equal names are out of order too: they are found where the members are sorted.
      if (last > first && members.compare(last - 1, last) >= 0) sorted = false;
      this.#skipSpace();
    } while (this.#take(0x2c));
    if (this.#source[this.#at] !== 0x7d) return false;
    if (!sorted) {
      const order = members.sorted(first);
      if (order === undefined) return false;
      this.#out.copyUpTo(this.#at);
      this.#out.reorder(members, first, order);
    }
    members.size = first;
    this.#at++;
    return true;
  }

  #member(depth: number): boolean {
    const name = this.#at;
    const from = this.#out.positionOf(name);
    if (this.#source[name] !== 0x22 || !this.#string()) return false;
    const colon = this.#at;
    this.#skipSpace();
    if (!this.#take(0x3a)) return false;
    this.#skipSpace();
    // What its value holds is in the list above it, and gone again by then.
    if (!this.#value(depth)) return false;
    this.#members.push(name + 1, colon - 1, from, this.#out.positionOf(this.#at));
    return true;
  }

  #array(depth: number): boolean {
    this.#at++;
    this.#skipSpace();
    if (this.#take(0x5d)) return true;
    do {
      this.#skipSpace();
      if (!this.#value(depth)) return false;
      this.#skipSpace();
    } while (this.#take(0x2c));
    return this.#take(0x5d);
  }

  /** Without escapes a string stands for itself; all else goes through the parser and the writer. */
  #string(): boolean {
    const source = this.#source;
    const start = this.#at;
    let at = start + 1;
    let code = source[at]!;
    while (code >= 0x20 && code !== 0x22 && code !== 0x5c) code = source[++at]!;
    if (code === 0x22) {
      this.#at = at + 1;
      return true;
    }
    if (code !== 0x5c) return false;
    const end = endOfString(source, at);
    try {
      const text = quoted(JSON.parse(source.toString('utf8', start, end + 1)) as string);
      this.#at = end + 1;
      this.#out.replace(start, this.#at, text);
      return true;
    } catch {
      return false;
    }
  }

  #number(): boolean {
    const source = this.#source;
    const start = this.#at;
    if (source[start] === 0x2d) this.#at++;
    const leading = source[this.#at]!;
    const whole = this.#digits();
    if (whole === 0 || (whole > 1 && leading === 0x30)) return false;
    let digits = whole;
    let plain = leading !== 0x30 || this.#at - start === 1; // all but -0 and 0.…
    if (this.#take(0x2e)) {
      const fraction = this.#digits();
      if (fraction === 0) return false;
      digits += fraction;
      if (source[this.#at - 1] === 0x30 || leading === 0x30) plain = false;
    }
    const e = source[this.#at]!;
    if (e === 0x65 || e === 0x45) {
      plain = false;
      this.#at++;
      if (!this.#take(0x2b)) this.#take(0x2d);
      const exponent = this.#digits();
      // An exponent of three digits may leave the range of a double.
      if (exponent === 0 || exponent > 2) return false;
    }
    if (digits > MAX_DIGITS) return false;
    if (plain) return true;
    const value = Number(source.toString('latin1', start, this.#at));
    this.#out.replace(start, this.#at, value === 0 ? '0' : String(value)); // -0 is written 0
    return true;
  }

  /** Skips digits; how many. */
  #digits(): number {
    const source = this.#source;
    const start = this.#at;
    let at = start;
    let code = source[at]!;
    while (code >= 0x30 && code <= 0x39) code = source[++at]!;
    this.#at = at;
    return at - start;
  }

  /** One more byte, whatever it is, then these three. */
  #word(second: number, third: number, fourth: number): boolean {
    const at = this.#at;
    const source = this.#source;
    if (source[at + 1] !== second || source[at + 2] !== third || source[at + 3] !== fourth) return false;
    this.#at = at + 4;
    return true;
  }

  #take(wanted: number): boolean {
    if (this.#source[this.#at] !== wanted) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    const start = this.#at;
    let code = this.#source[start]!;
    if (!(code <= 0x20)) return;
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = this.#source[++this.#at]!;
    this.#out.skip(start, this.#at);
  }
}
