const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether all names and values may go on the wire: nothing that a hook put in can end a line. */
export function areValidFields(raw: readonly unknown[]): boolean {
  if (raw.length % 2 !== 0) return false;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i];
    const value = raw[i + 1];
    if (typeof name !== 'string' || typeof value !== 'string' || !NAME.test(name) || !VALUE.test(value))
      return false;
  }
  return true;
}
