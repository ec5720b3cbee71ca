import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What a connection is doing, as far as a drain is concerned. */
export type ConnectionState =
  /** No request has arrived whole: a preconnected socket, half-sent headers, a TLS handshake. */
  | { readonly name: 'unused' }
  | {
      readonly name: 'active';
      /** Requests not yet answered; more than one only when the client pipelines. */
      readonly requests: number;
      /** The response to the last of them. */
      readonly response: ServerResponse;
    }
  | {
      readonly name: 'idle';
      /** The socket's count when the last answer was done: more by now means that a request is on its way. */
      readonly bytesRead: number;
    }
  /** Handed over to another protocol. */
  | { readonly name: 'upgraded'; readonly request: IncomingMessage };

const UNUSED: ConnectionState = Object.freeze({ name: 'unused' });

/** One accepted socket. */
export class Connection {
  state: ConnectionState = UNUSED;

  constructor(readonly socket: Socket) {}

  begin(response: ServerResponse): void {
    const requests = this.state.name === 'active' ? this.state.requests + 1 : 1;
    this.state = { name: 'active', requests, response };
  }

  /** Returns whether the connection became idle. */
  end(): boolean {
    if (this.state.name !== 'active') return false;
    const { requests, response } = this.state;
    this.state =
      requests > 1
        ? { name: 'active', requests: requests - 1, response }
        : { name: 'idle', bytesRead: this.socket.bytesRead };
    return requests === 1;
  }

  upgrade(request: IncomingMessage): void {
    this.state = { name: 'upgraded', request };
  }
}
