/**
 * Where two texts part.
 *
 * @param {string} before
 * @param {string} now
 * @returns {[string, string] | undefined} the first line that differs, of each
 */
export function firstDifference(before, now) {
  if (before === now) return undefined;
  const lines = now.split('\n');
  const old = before.split('\n');
  const at = lines.findIndex((line, index) => line !== old[index]);
  const index = at === -1 ? lines.length : at;
  return [`line ${index + 1} is  ${old[index] ?? '(missing)'}`, `should be  ${lines[index] ?? '(nothing)'}`];
}
