/** Fields that a `Connection` field can't take away: framing, routing, authentication, and who the client is. */
const PROTECTED = new Set([
  'authorization',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'forwarded',
  'host',
  'proxy-authorization',
  'set-cookie',
  'trailer',
  'transfer-encoding',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
]);

/**
 * The fields, in lower case, that `Connection` names as meant for this connection alone (RFC 9110, section 7.6.1);
 * undefined when it names none but `close`, `keep-alive` and `upgrade`.
 */
export function nominatedFields(connection: string): ReadonlySet<string> | undefined {
  if (connection === 'keep-alive' || connection === 'close') return undefined;
  let nominated: Set<string> | undefined;
  for (const part of connection.toLowerCase().split(',')) {
    const name = part.trim();
    if (name === '' || name === 'close' || name === 'keep-alive' || name === 'upgrade' || PROTECTED.has(name))
      continue;
    (nominated ??= new Set()).add(name);
  }
  return nominated;
}
