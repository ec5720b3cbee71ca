/** A metric's or label's name as core's renderers write it, so that names can be compared. */
function written(name: string, forbidden: RegExp): string {
  const safe = name.replace(forbidden, '_');
  return /^[0-9]/.test(safe) ? `_${safe}` : safe;
}

export function writtenMetricName(name: string): string {
  return written(name, /[^a-zA-Z0-9_:]/g);
}

export function writtenLabelName(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : written(name, /[^a-zA-Z0-9_]/g);
}
