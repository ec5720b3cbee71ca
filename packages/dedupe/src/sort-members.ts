/** A member of an object in a JSON text. */
export interface Member {
  /** Unquoted. */
  readonly name: string;
  /** Where `"name":value` is in the text. */
  readonly from: number;
  readonly to: number;
  /** Its canonical form; empty where that is what is written. */
  readonly text: string;
}

/** Up to here members are put in order by insertion. */
const FEW = 16;

/** Sorts by the UTF-16 code units of the names; false when two are the same. */
export function sortMembers(members: Member[]): boolean {
  if (members.length > FEW) members.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (let i = 1; i < members.length; i++) {
    const member = members[i]!;
    let place = i;
    while (place > 0 && members[place - 1]!.name > member.name) {
      members[place] = members[place - 1]!;
      place--;
    }
    members[place] = member;
    if (place > 0 && members[place - 1]!.name === member.name) return false;
  }
  return true;
}
