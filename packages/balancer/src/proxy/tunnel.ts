import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { answerFields } from './answer-fields.js';
import type { Attempt } from './attempt.js';
import type { EarlyBytes } from './early-bytes.js';
import type { Exchange } from './exchange.js';

/** A client that wants to leave HTTP. */
export interface UpgradeRequest {
  /** What it asks for, such as `websocket`. */
  readonly protocol: string;
  readonly socket: Duplex;
  /** What comes behind the request before the answer. */
  readonly early: EarlyBytes;
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
 * until then. A tunnel has no idle timeout: silence is normal there. False when nobody asked for it, or its fields
 * can't be relayed.
 */
export function openTunnel(
  exchange: Exchange,
  attempt: Attempt,
  { rawHeaders, socket: server, head: serverHead, statusText }: OpenedTunnel,
): boolean {
  const { ctx, upgrade } = exchange;
  if (upgrade === undefined) return false;
  const answer = answerFields(exchange, attempt.server, 101, rawHeaders);
  if (typeof answer === 'string') return false;
  const { raw: fields } = answer;
  const { protocol, socket: client, early } = upgrade;
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
  ctx.res.detachSocket(client as Socket);
  let text = `HTTP/1.1 101 ${statusText || 'Switching Protocols'}\r\n`;
  for (let i = 0; i < fields.length; i += 2) text += `${fields[i]}: ${fields[i + 1]}\r\n`;
  text += `Connection: Upgrade\r\nUpgrade: ${upgradeOf(rawHeaders) ?? protocol}\r\n\r\n`;
  client.write(text, 'latin1');
  if (serverHead.length > 0) client.write(serverHead);
  const ahead = early.take();
  if (ahead.length > 0) server.write(ahead);
  client.pipe(server);
  server.pipe(client);
  if (client.destroyed) onClose(server)();
  return true;
}

function upgradeOf(rawHeaders: readonly string[]): string | undefined {
  const index = rawHeaders.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'upgrade');
  return index === -1 ? undefined : rawHeaders[index + 1];
}
