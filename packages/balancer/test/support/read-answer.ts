/** An answer as a strict client reads it. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** What came behind it. */
  readonly rest: string;
}

/** Reads one answer off `text`; undefined while it is incomplete. `closed`: nothing more will come. @throws Error */
export function readAnswer(text: string, method: string, closed: boolean): Answer | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = text.slice(0, end);
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
  if (!status) throw new Error(`no status line: ${head.slice(0, 80)}`);
  const rest = text.slice(end + 4);
  if (status < 200) return readAnswer(rest, method, closed);
  if (method === 'HEAD' || status === 204 || status === 304) return { status, body: '', rest };
  const lengths = [...head.matchAll(/^content-length: *(\d+) *$/gim)].map(([, length]) => Number(length));
  if (/^transfer-encoding: *chunked *$/im.test(head)) {
    if (lengths.length > 0) throw new Error('two framings');
    return readChunks(status, rest);
  }
  if (lengths.length > 1) throw new Error('two lengths');
  const [length] = lengths;
  if (length === undefined) return closed ? { status, body: rest, rest: '' } : undefined;
  return rest.length < length ? undefined : { status, body: rest.slice(0, length), rest: rest.slice(length) };
}

function readChunks(status: number, text: string): Answer | undefined {
  let body = '';
  for (let at = 0; ;) {
    const line = text.indexOf('\r\n', at);
    if (line === -1) return undefined;
    const size = parseInt(text.slice(at, line), 16);
    if (Number.isNaN(size)) throw new Error(`no chunk size: ${text.slice(at, line)}`);
    if (size === 0) {
      const end = text.indexOf('\r\n\r\n', line - 2 < at ? at : line);
      return end === -1 ? undefined : { status, body, rest: text.slice(end + 4) };
    }
    if (text.length < line + 2 + size + 2) return undefined;
    body += text.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}
