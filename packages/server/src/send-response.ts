import type { OutgoingHttpHeader, ServerResponse } from 'node:http';
import type { ResponseFields } from './response-fields.js';

/**
 * Sends a whole response in one write. `type` is a default: one that was set, on the context or on `res`, stays. Fields
 * go to `writeHead` as a flat list, the one form that Node writes without building an object first.
 */
export function sendResponse(
  res: ServerResponse,
  status: number,
  fields: ResponseFields | undefined,
  type: string,
  body: string | Uint8Array,
): void {
  const head: OutgoingHttpHeader[] = [];
  if (fields !== undefined) {
    for (const [name, value] of fields.entries()) {
      if (name !== 'content-length' || body.length === 0) head.push(name, value as string | string[]);
    }
  }
  // RFC 9110, section 8.6: no length in 1xx and 204; in 304 it would be that of a body not sent.
  if (status < 200 || status === 204 || status === 304) {
    res.writeHead(status, head);
    res.end();
    return;
  }
  if (type !== '' && fields?.has('content-type') !== true && !res.hasHeader('content-type')) {
    head.push('Content-Type', type);
  }
  // A HEAD route may have stated the length of the body it leaves out.
  const stated =
    body.length === 0 && (fields?.has('content-length') === true || res.hasHeader('content-length'));
  if (!stated && !res.hasHeader('transfer-encoding')) head.push('Content-Length', Buffer.byteLength(body));
  res.writeHead(status, head);
  res.end(body);
}
