/** ASCII characters that may stand in a pathname exactly as `URL` would write them. */
const PLAIN: Readonly<Uint8Array> = plainCharacters();
const DOT = 46;
const SLASH = 47;
const QUESTION_MARK = 63;
const HASH = 35;

/**
 * The pathname of a request target, the same that `new URL(…).pathname` has: dot segments resolved, escapes kept.
 * Empty for a target that is none, and where an escape is malformed. `*` stands for itself.
 */
export function requestPath(target: string): string {
  if (target.charCodeAt(0) !== SLASH) return otherForm(target);
  const { length } = target;
  for (let index = 1; index < length; index++) {
    const code = target.charCodeAt(index);
    if (code === QUESTION_MARK || code === HASH) return target.slice(0, index);
    if (code > 127 || PLAIN[code] === 0) return parsed(`http://host${target}`);
    // Only a segment that begins with a dot can be a dot segment.
    if (code === DOT && target.charCodeAt(index - 1) === SLASH) return parsed(`http://host${target}`);
  }
  return target;
}

/** `*` (of OPTIONS), or the absolute form that a proxy gets. */
function otherForm(target: string): string {
  if (target === '*') return target;
  return /^https?:\/\//i.test(target) ? parsed(target) : '';
}

function parsed(href: string): string {
  if (!URL.canParse(href)) return '';
  const { pathname } = new URL(href);
  try {
    decodeURIComponent(pathname);
    return pathname;
  } catch {
    return '';
  }
}

function plainCharacters(): Uint8Array {
  const table = new Uint8Array(128);
  for (const char of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/") {
    table[char.charCodeAt(0)] = 1;
  }
  return table;
}
