const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

const LENGTH = /^content-length$/i;
const CODING = /^transfer-encoding$/i;
/** What the transport writes: in a request of a hook's it would frame or route another message than the one sent. */
const OURS = /^(?:connection|expect|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;

/**
 * Whether what a hook has left may go on the wire to a server: nothing that ends a line, frames the message otherwise
 * or belongs to the connection.
 *
 * @param before the fields before the hook: what is ours stays as it was, or goes
 */
export function areValidRequestFields(raw: readonly unknown[], before: readonly string[]): boolean {
  if (!areFields(raw)) return false;
  return [OURS, LENGTH].every((name) => {
    const values = valuesOf(name, raw);
    return values === '' || values === valuesOf(name, before);
  });
}

/** The same for an answer, whose `Connection` and `Trailer` are the hook's to change. */
export function areValidAnswerFields(raw: readonly unknown[], contentLength: number): boolean {
  if (!areFields(raw) || valuesOf(CODING, raw) !== '') return false;
  const length = valuesOf(LENGTH, raw);
  return length === '' || Number(length) === contentLength;
}

function areFields(raw: readonly unknown[]): raw is readonly string[] {
  if (raw.length % 2 !== 0) return false;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i];
    const value = raw[i + 1];
    if (typeof name !== 'string' || typeof value !== 'string' || !NAME.test(name) || !VALUE.test(value))
      return false;
  }
  return true;
}

function valuesOf(name: RegExp, raw: readonly string[]): string {
  return raw.filter((_, index) => index % 2 === 1 && name.test(raw[index - 1]!)).join();
}
