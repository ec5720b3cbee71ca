/** The cookies of a request by name, without prototype. Of a repeated name the first counts (RFC 6265, section 5.4). */
export function parseCookies(field: string | undefined): Record<string, string> {
  const cookies = Object.create(null) as Record<string, string>;
  if (field === undefined) return cookies;
  for (const pair of field.split(';')) {
    const equals = pair.indexOf('=');
    if (equals === -1) continue;
    const name = pair.slice(0, equals).trim();
    if (name === '' || name in cookies) continue;
    let value = pair.slice(equals + 1).trim();
    if (value.length > 1 && value.startsWith('"') && value.endsWith('"')) value = value.slice(1, -1);
    cookies[name] = decoded(value);
  }
  return cookies;
}

/** A malformed escape stands for itself. */
function decoded(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
