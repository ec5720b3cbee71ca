import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import type { Attempt } from './attempt.js';
import { responseFields } from './response-fields.js';

/** A client that wants to leave HTTP. */
export interface UpgradeRequest {
  /** What it asks for, such as `websocket`. */
  readonly protocol: string;
  readonly socket: Duplex;
  /** The bytes that came behind the request already. */
  readonly head: Buffer;
}

/** A server that has agreed. */
export interface OpenedTunnel {
  readonly rawHeaders: readonly string[];
  readonly socket: Duplex;
  /** The bytes that came behind the 101 already. */
  readonly head: Buffer;
  readonly statusText: string;
}

/** Idle peers that have vanished are found out by the operating system. */
const PROBE_AFTER = 30_000;
/** How long the other side may take to accept what was left when one has closed. */
const LINGER = 5_000;

/**
 * Relays the 101 and joins both connections, first bytes included, until either ends. The slot of the server is taken
 * until then. A tunnel has no idle timeout: silence is normal there.
 */
export function openTunnel(
  res: ServerResponse,
  { protocol, socket: client, head }: UpgradeRequest,
  attempt: Attempt,
  { rawHeaders, socket: server, head: serverHead, statusText }: OpenedTunnel,
): void {
  const { tunnels } = attempt.server;
  let open = 2;
  const onClose = (other: Duplex) => (): void => {
    if (--open === 0) {
      tunnels.delete(server);
      attempt.release();
    } else if (!other.destroyed) {
      // What is on its way still arrives, unless the peer does not take it.
      other.end();
      (other as Partial<Socket>).setTimeout?.(LINGER, () => other.destroy());
    }
  };
  tunnels.add(server);
  // Before anything else: an `error` without a listener would end the process.
  for (const [side, other] of [
    [client, server],
    [server, client],
  ] as const) {
    side.on('error', () => side.destroy());
    side.on('close', onClose(other));
    (side as Partial<Socket>).setTimeout?.(0);
    (side as Partial<Socket>).setNoDelay?.(true);
    (side as Partial<Socket>).setKeepAlive?.(true, PROBE_AFTER);
  }
  res.detachSocket(client as Socket);
  const fields = responseFields(rawHeaders, 101, false, undefined)?.raw ?? [];
  let text = `HTTP/1.1 101 ${statusText || 'Switching Protocols'}\r\n`;
  for (let i = 0; i < fields.length; i += 2) text += `${fields[i]}: ${fields[i + 1]}\r\n`;
  text += `Connection: Upgrade\r\nUpgrade: ${upgradeOf(rawHeaders) ?? protocol}\r\n\r\n`;
  client.write(text, 'latin1');
  if (serverHead.length > 0) client.write(serverHead);
  if (head.length > 0) server.write(head);
  client.pipe(server);
  server.pipe(client);
  if (client.destroyed) onClose(server)();
}

function upgradeOf(rawHeaders: readonly string[]): string | undefined {
  const index = rawHeaders.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'upgrade');
  return index === -1 ? undefined : rawHeaders[index + 1];
}
