const OLDEST = [20, 19];

/** Ends the process with one sentence where Node is too old for the tools. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  console.error(`Node ${OLDEST.join('.')} or later is needed; this is ${process.versions.node}.`);
  process.exit(1);
}
