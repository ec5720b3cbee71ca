import type { ServerResponse } from 'node:http';

/** Relays an interim answer. 100 is relayed where the client waits for it; 101 is no interim answer of its own. */
export function relayInformation(
  res: ServerResponse,
  status: number,
  rawHeaders: readonly string[],
  expected: boolean,
): void {
  // HTTP/1.0 knows no interim answers (RFC 9110, section 15.2).
  if (res.headersSent || res.req.httpVersionMinor < 1) return;
  if (status === 100) {
    if (expected) res.writeContinue();
  } else if (status === 102) res.writeProcessing();
  else if (status === 103) hint(res, rawHeaders);
}

function hint(res: ServerResponse, rawHeaders: readonly string[]): void {
  const link: string[] = [];
  const others: Record<string, string> = {};
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    const lower = name.toLowerCase();
    if (lower === 'link') link.push(rawHeaders[i + 1]!);
    else if (!HOP.has(lower)) others[name] = rawHeaders[i + 1]!;
  }
  if (link.length === 0) return; // says nothing a client could use
  try {
    res.writeEarlyHints({ ...others, link });
  } catch {
    // A Link that Node finds malformed: hints are optional.
  }
}

const HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'upgrade',
  'trailer',
]);
