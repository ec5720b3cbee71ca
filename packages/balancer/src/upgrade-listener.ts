import type { IncomingMessage, Server } from 'node:http';
import { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { InvalidOptionError } from '@spark-perf/core';
import { afterEarlierAnswers } from './after-earlier-answers.js';
import { EarlyBytes } from './proxy/early-bytes.js';
import { Exchange } from './proxy/exchange.js';
import { markExpect } from './proxy/expect-continue.js';
import type { ProxyEngine } from './proxy/proxy-engine.js';
import { upgradeContext } from './upgrade-context.js';

/** On our listeners: which requests they answer. Shared with other copies of this package. */
const CLAIM = Symbol.for('@spark-perf/balancer.claim');

/** Whatever has Node's server, such as an application. */
export type UpgradeHost = Server | { readonly server: Server | null };

export interface UpgradeOptions {
  /** The path below which the balancer is mounted. @default '/' */
  readonly path?: string | undefined;
}

/**
 * Listens to what Node's server does not make a request of: `upgrade`, `connect` and `checkContinue`. Returns what
 * takes the listeners off.
 */
export function listenForUpgrades(
  engine: ProxyEngine,
  host: UpgradeHost,
  options: UpgradeOptions = {},
): () => void {
  const server = 'server' in host ? host.server : host;
  if (typeof server?.on !== 'function')
    throw new InvalidOptionError('server', 'an http.Server, or an application that has one by now', host);
  const { path = '/' } = options;
  if (!path.startsWith('/')) throw new InvalidOptionError('path', 'a path that begins with /', path);
  const prefix = path.replace(/\/+$/, '');
  const isOurs = (req: IncomingMessage): boolean => {
    const url = (req.url ?? '/').replace(/^https?:\/\/[^/?#]*/i, '');
    if (!url.startsWith(prefix)) return false;
    const next = url[prefix.length];
    return next === undefined || next === '/' || next === '?';
  };

  const onUpgrade = (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (isOurs(req)) upgrade(engine, req, socket as Socket, head, prefix);
    // With a listener for some, Node leaves all upgrades to listeners: somebody has to answer.
    else if (isLeftToUs(server, 'upgrade', onUpgrade, req)) refuse(socket as Socket, '404 Not Found');
  };
  const onConnect = (req: IncomingMessage, socket: Duplex): void => {
    // Its target is an authority, below no path.
    if (isLeftToUs(server, 'connect', onConnect, req))
      refuse(
        socket as Socket,
        '405 Method Not Allowed',
        'Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n',
      );
  };
  const onCheckContinue = (req: IncomingMessage, res: ServerResponse): void => {
    if (isOurs(req)) markExpect(req, res);
    else if (!isLeftToUs(server, 'checkContinue', onCheckContinue, req)) return;
    else res.writeContinue();
    server.emit('request', req, res);
  };
  Object.assign(onUpgrade, { [CLAIM]: isOurs });
  Object.assign(onConnect, { [CLAIM]: () => false });
  Object.assign(onCheckContinue, { [CLAIM]: isOurs });
  server.on('upgrade', onUpgrade);
  server.on('connect', onConnect);
  server.on('checkContinue', onCheckContinue);
  return () => {
    server.off('upgrade', onUpgrade);
    server.off('connect', onConnect);
    server.off('checkContinue', onCheckContinue);
  };
}

/**
 * Whether nobody else will answer `req`: neither somebody else's listener nor another balancer of the same server,
 * and of several balancers `own` is the first.
 */
function isLeftToUs(server: Server, event: string, own: object, req: IncomingMessage): boolean {
  const listeners = server.listeners(event) as { readonly [CLAIM]?: (req: IncomingMessage) => boolean }[];
  return listeners[0] === own && listeners.every((listener) => listener[CLAIM]?.(req) === false);
}

function upgrade(
  engine: ProxyEngine,
  req: IncomingMessage,
  socket: Socket,
  head: Buffer,
  prefix: string,
): void {
  const { upgrade: protocols = '', 'content-length': length, 'transfer-encoding': coding } = req.headers;
  if (coding !== undefined || (length !== undefined && Number(length) !== 0)) {
    // Its bytes can't be told from those of the tunnel, and a server that waits for them would take others for it.
    refuse(socket, '400 Bad Request');
    return;
  }
  const res = new ServerResponse(req);
  // A tunnel needs both halves of the connection. Whoever gets another answer than that may have closed his own by then.
  const early = new EarlyBytes(socket, head, () => {
    if (!res.headersSent) socket.destroy();
  });
  afterEarlierAnswers(socket, () => {
    // An answer instead of the upgrade is the last on this connection: Node's parser has left it.
    res.shouldKeepAlive = false;
    res.assignSocket(socket);
    res.on('finish', () => socket.destroySoon());
    const protocol = relayable(protocols);
    const ctx = upgradeContext(req, res, prefix);
    new Exchange(engine, ctx, protocol === '' ? undefined : { protocol, socket, early }, () => {}).start();
  });
}

/** Without HTTP/2: what goes through such a tunnel are requests past every rule of ours. */
function relayable(protocols: string): string {
  const wanted = protocols.split(',').map((protocol) => protocol.trim());
  return wanted.filter((protocol) => protocol !== '' && !/^h2c?$/i.test(protocol)).join(', ');
}

function refuse(socket: Socket, status: string, fields = ''): void {
  const onEnd = (): void => void socket.destroy();
  socket.on('end', onEnd);
  socket.resume();
  afterEarlierAnswers(socket, () => {
    socket.off('end', onEnd);
    const body = JSON.stringify({ error: status.slice(4) });
    socket.end(
      `HTTP/1.1 ${status}\r\n${fields}Connection: close\r\nContent-Type: application/json; charset=utf-8\r\n` +
        `Content-Length: ${body.length}\r\n\r\n${body}`,
    );
  });
}
