/** A JSON text, and its code units: an array of them is read faster than the text itself. */
export interface JsonSource {
  readonly text: string;
  readonly codes: Uint8Array | Uint16Array;
}

/** A member of an object in a JSON text: `"name":value` from `from` to `to`, the name with its quotes to `colon`. */
export interface Member {
  readonly from: number;
  readonly colon: number;
  readonly to: number;
  /** Unquoted, where that is not what stands between the quotes. */
  readonly name: string | undefined;
  /** Its canonical form; empty where that is what is written. */
  readonly text: string;
}

/** Up to here members are put in order by insertion. */
const FEW = 16;

/** Sorts by the UTF-16 code units of the names; false when two are the same. */
export function sortMembers(members: Member[], source: JsonSource): boolean {
  if (members.length > FEW) members.sort((a, b) => compareNames(a, b, source));
  for (let i = 1; i < members.length; i++) {
    const member = members[i]!;
    let place = i;
    let order = 1;
    while (place > 0 && (order = compareNames(members[place - 1]!, member, source)) > 0) {
      members[place] = members[place - 1]!;
      place--;
    }
    members[place] = member;
    if (order === 0) return false;
  }
  return true;
}

/** Below, equal to or above 0, as of `Array.prototype.sort`. */
export function compareNames(a: Member, b: Member, { text, codes }: JsonSource): number {
  if (a.name !== undefined || b.name !== undefined) {
    const [left, right] = [nameOf(a, text), nameOf(b, text)];
    return left < right ? -1 : left > right ? 1 : 0;
  }
  const [endOfA, endOfB] = [a.colon - 1, b.colon - 1];
  let i = a.from + 1;
  let j = b.from + 1;
  while (i < endOfA && j < endOfB) {
    const difference = codes[i++]! - codes[j++]!;
    if (difference !== 0) return difference;
  }
  return endOfA - i - (endOfB - j);
}

function nameOf({ name, from, colon }: Member, text: string): string {
  return name ?? text.slice(from + 1, colon - 1);
}
