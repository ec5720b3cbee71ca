import type { Socket } from 'node:net';
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Agent, request as httpRequest } from 'node:http';
import { Agent as SecureAgent, request as httpsRequest } from 'node:https';
import type { Bytes } from '@spark-perf/core';
import { UpstreamError } from '../errors.js';
import { safeTrailers } from '../proxy/safe-trailers.js';
import type { UpstreamTarget } from '../servers/server-options.js';
import type {
  TransportOptions,
  UpstreamConnection,
  UpstreamHandler,
  UpstreamRequest,
} from './upstream-transport.js';

/** Exchanges over `node:http`, with connections of their own. */
export class NodeExchanges {
  readonly #target: UpstreamTarget;
  readonly #options: TransportOptions;
  readonly #agent: Agent | SecureAgent;

  /** @param buffer that all connections are read into */
  constructor(target: UpstreamTarget, options: TransportOptions, buffer: Buffer) {
    this.#target = target;
    this.#options = options;
    const pooled = {
      keepAlive: true,
      scheduling: 'lifo',
      maxFreeSockets: 64,
      timeout: 4_000,
      // Nor is anything read on its own account while an answer is paused.
      readableHighWaterMark: 0,
      onread: { buffer, callback: onRead },
    } as const;
    this.#agent = target.secure ? new SecureAgent({ ...pooled, ...target.tls }) : new Agent(pooled);
  }

  dispatch(request: UpstreamRequest, handler: UpstreamHandler): void {
    const { hostname, port, socketPath, secure } = this.#target;
    let outgoing: ClientRequest;
    try {
      outgoing = (secure ? httpsRequest : httpRequest)({
        agent: this.#agent,
        method: request.method,
        path: request.path,
        // A list goes out as it is; Node adds the connection's own fields and the framing.
        headers: fieldsOf(request) as unknown as OutgoingHttpHeaders,
        ...(socketPath === undefined ? { host: hostname, port } : { socketPath }),
      });
    } catch (error) {
      handler.onError(error as Error);
      return;
    }
    new NodeExchange(outgoing, request, handler, this.#options.connectTimeout);
  }

  destroy(): void {
    this.#agent.destroy();
  }
}

/** So that `pause` holds at once: without a buffer of ours Node reads on until its own are full. */
function onRead(this: Socket, length: Bytes, shared: Uint8Array): boolean {
  return this.push(Buffer.from(shared.subarray(0, length)));
}

function fieldsOf(request: UpstreamRequest): string[] {
  const { headers, upgrade, body, expectContinue } = request;
  if (upgrade !== undefined) return [...headers, 'Connection', 'Upgrade', 'Upgrade', upgrade];
  const fields = expectContinue ? [...headers, 'Expect', '100-continue'] : headers;
  if (body === null) return fields;
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i]?.length === 14 && fields[i]?.toLowerCase() === 'content-length') return fields;
  }
  if (Buffer.isBuffer(body)) return [...fields, 'Content-Length', String(body.length)];
  return [...fields, 'Transfer-Encoding', 'chunked'];
}

/** One request over `node:http`. */
class NodeExchange implements UpstreamConnection {
  #done = false;
  #response: IncomingMessage | undefined;

  constructor(
    readonly outgoing: ClientRequest,
    readonly request: UpstreamRequest,
    readonly handler: UpstreamHandler,
    connectTimeout: number,
  ) {
    outgoing.on('error', (error) => this.#fail(error));
    outgoing.on('socket', (socket) => this.#onSocket(socket, connectTimeout));
    outgoing.on('information', ({ statusCode, rawHeaders }) => {
      if (this.#done) return;
      handler.onInformation(statusCode, rawHeaders);
      if (statusCode === 100) this.#sendBody();
    });
    outgoing.on('upgrade', (response, socket, head) => {
      if (this.#done || this.request.upgrade === undefined) {
        socket.destroy();
        this.#fail(new UpstreamError('protocol', 'The server upgraded a request that had not asked for it'));
        return;
      }
      this.#done = true;
      handler.onUpgrade(response.rawHeaders, socket, head, response.statusMessage ?? '');
    });
    outgoing.on('response', (response) => this.#onResponse(response));
  }

  #onSocket(socket: Socket, connectTimeout: number): void {
    let begun = false;
    const begin = (): void => {
      begun = true;
      socket.setTimeout(0);
      if (this.#done) return;
      try {
        this.handler.onConnect(this);
      } catch (error) {
        this.#fail(error as Error);
        this.outgoing.destroy();
        return;
      }
      if (this.request.expectContinue) this.outgoing.flushHeaders();
      else this.#sendBody();
    };
    if (!socket.connecting) {
      begin();
      return;
    }
    socket.setTimeout(connectTimeout, () => {
      // A TLS handshake is part of it.
      if (!begun) socket.destroy(new Error('Connect timeout'));
    });
    socket.once('secureConnect' in socket || 'encrypted' in socket ? 'secureConnect' : 'connect', begin);
  }

  #sendBody(): void {
    const { outgoing, request } = this;
    const { body, trailers } = request;
    if (body === null || Buffer.isBuffer(body)) {
      if (!outgoing.writableEnded) outgoing.end(body ?? undefined);
      return;
    }
    if (body.listenerCount('end') > 0) return; // flows already
    body.on('data', (chunk: Buffer) => {
      if (!outgoing.destroyed && !outgoing.write(chunk)) body.pause();
    });
    outgoing.on('drain', () => body.resume());
    body.on('end', () => {
      const fields = safeTrailers(trailers?.() ?? []);
      try {
        if (fields.length > 0) outgoing.addTrailers(fields);
      } catch {
        // Framed by a length after all: there is no place for trailers.
      }
      outgoing.end();
    });
    body.on('error', () => this.abort());
  }

  #onResponse(response: IncomingMessage): void {
    if (this.#done) {
      response.destroy();
      return;
    }
    this.#response = response;
    const { handler } = this;
    response.on('data', (chunk: Buffer) => {
      if (this.#done || handler.onData(chunk)) return;
      response.pause();
      response.socket.pause();
    });
    response.on('end', () => {
      if (this.#done) return;
      if (!response.complete) {
        this.#fail(new Error('The connection broke in the body'));
        return;
      }
      this.#done = true;
      this.#leave();
      handler.onComplete(response.rawTrailers);
    });
    response.on('error', (error) => this.#fail(error));
    response.on('close', () => this.#fail(new Error('The connection broke in the body')));
    handler.onHeaders(
      response.statusCode ?? 0,
      response.rawHeaders,
      () => {
        response.socket.resume();
        response.resume();
      },
      response.statusMessage ?? '',
    );
  }

  /** A complete answer to an incomplete request: the connection can't be used again. */
  #leave(): void {
    if (!this.outgoing.writableEnded) this.outgoing.destroy();
  }

  abort(): void {
    this.#fail(new UpstreamError('broken', 'Aborted'));
    this.#response?.destroy();
    this.outgoing.destroy();
  }

  #fail(error: Error): void {
    if (this.#done) return;
    this.#done = true;
    this.handler.onError(error);
  }
}
