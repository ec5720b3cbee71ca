/** Numbers per member: its name in the source, without quotes, and all of it in the output. */
const FIELDS = 4;
const NAME = 0;
const NAME_END = 1;
const FROM = 2;
const TO = 3;
/** Members that are kept room for from one document to the next. */
const KEPT = 4_096;
/** Up to here members are put in order by insertion. */
const FEW = 16;

const BACKSLASH = 0x5c;
/** From this byte on UTF-8 begins characters that UTF-16 may put in another order. */
const HIGH = 0xee;

/** The members of the JSON objects that are being read, the innermost ones last. */
export class MemberList {
  /** How many there are. */
  size = 0;
  #source: Buffer = Buffer.alloc(0);
  #fields = new Int32Array(64 * FIELDS);

  begin(source: Buffer): void {
    this.#source = source;
    this.size = 0;
    if (this.#fields.length > KEPT * FIELDS) this.#fields = new Int32Array(64 * FIELDS);
  }

  push(name: number, nameEnd: number, from: number, to: number): void {
    const at = this.size++ * FIELDS;
    if (at === this.#fields.length) {
      const larger = new Int32Array(2 * at);
      larger.set(this.#fields);
      this.#fields = larger;
    }
    const fields = this.#fields;
    fields[at + NAME] = name;
    fields[at + NAME_END] = nameEnd;
    fields[at + FROM] = from;
    fields[at + TO] = to;
  }

  from(member: number): number {
    return this.#fields[member * FIELDS + FROM]!;
  }

  to(member: number): number {
    return this.#fields[member * FIELDS + TO]!;
  }

  /** The members from `first` on by the UTF-16 code units of their names; `undefined` when two have the same. */
  sorted(first: number): number[] | undefined {
    const order: number[] = [];
    for (let member = first; member < this.size; member++) order.push(member);
    if (order.length > FEW) order.sort((a, b) => this.compare(a, b));
    for (let i = 1; i < order.length; i++) {
      const member = order[i]!;
      let place = i;
      let difference = -1;
      while (place > 0 && (difference = this.compare(order[place - 1]!, member)) > 0) {
        order[place] = order[place - 1]!;
        place--;
      }
      order[place] = member;
      if (place > 0 && difference === 0) return undefined;
    }
    return order;
  }

  /** Below, equal to or above 0, as of `Array.prototype.sort`. */
  compare(a: number, b: number): number {
    const source = this.#source;
    const fields = this.#fields;
    let i = fields[a * FIELDS + NAME]!;
    let j = fields[b * FIELDS + NAME]!;
    const endOfA = fields[a * FIELDS + NAME_END]!;
    const endOfB = fields[b * FIELDS + NAME_END]!;
    while (i < endOfA && j < endOfB) {
      const left = source[i++]!;
      const right = source[j++]!;
      if (left === BACKSLASH || right === BACKSLASH || left >= HIGH || right >= HIGH)
        return this.#compareTexts(a, b);
      if (left !== right) return left - right;
    }
    return endOfA - i - (endOfB - j);
  }

  #compareTexts(a: number, b: number): number {
    const left = this.#name(a);
    const right = this.#name(b);
    return left < right ? -1 : left > right ? 1 : 0;
  }

  #name(member: number): string {
    const at = member * FIELDS;
    const quoted = this.#source.toString(
      'utf8',
      this.#fields[at + NAME]! - 1,
      this.#fields[at + NAME_END]! + 1,
    );
    return JSON.parse(quoted) as string;
  }
}
