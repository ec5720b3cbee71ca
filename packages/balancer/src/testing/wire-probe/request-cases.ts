import type { ProbeCase } from './probe-case.js';
import { OK, statusOf } from './probe-case.js';

const headOf = (requests: readonly { readonly head: string }[]): string => requests[0]?.head ?? '';

/** What becomes of requests. */
export const REQUEST_CASES: readonly ProbeCase[] = [
  {
    name: 'request: hop-by-hop and nominated fields removed',
    async run({ exchange, upstream }) {
      upstream.reset(({ socket }) => socket.write(OK));
      await exchange(
        'GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, x-secret, authorization\r\nX-Secret: 1\r\nAuthorization: b\r\n' +
          'Keep-Alive: timeout=9\r\nProxy-Connection: keep-alive\r\nTE: gzip, trailers\r\n\r\n',
        'ok',
      );
      const head = headOf(upstream.requests);
      if (/^(?:x-secret|keep-alive|proxy-connection):/im.test(head)) return 'leaks';
      if (/^te:.*gzip/im.test(head)) return 'TE as it came';
      return /^authorization: b$/im.test(head) ? 'ok' : 'authorization stripped';
    },
  },
  {
    name: 'request: Expect: 100-continue end to end',
    async run({ client, upstream }) {
      upstream.reset(() => {});
      client.send('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n');
      if (!(await client.until(() => upstream.requests.length === 1, 2_000))) return 'not relayed';
      const request = upstream.requests[0]!;
      if (!/^expect: 100-continue$/im.test(request.head)) return 'Expect stripped';
      await client.until(() => client.received !== '', 150);
      if (client.received !== '') return '100 before the server said so';
      request.socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      if (!(await client.until(() => client.received.startsWith('HTTP/1.1 100 '), 2_000))) return '100 lost';
      client.send('body');
      if (!(await client.until(() => request.rest() === 'body', 2_000))) return 'body lost';
      request.socket.write(OK);
      return (await client.until(() => client.received.endsWith('ok'), 2_000)) ? 'ok' : 'answer lost';
    },
  },
  {
    name: 'request: absolute-form never chooses the host',
    async run({ exchange, upstream }) {
      upstream.reset(({ socket }) => socket.write(OK));
      const answer = await exchange(
        'GET http://127.0.0.1:9999/evil?x=1 HTTP/1.1\r\nHost: other\r\n\r\n',
        'ok',
      );
      if (upstream.requests.length === 0) return statusOf(answer) === '400' ? 'ok' : statusOf(answer);
      return headOf(upstream.requests).startsWith('GET /evil?x=1 ') ? 'ok' : 'target changed';
    },
  },
  {
    name: 'request: DELETE with a chunked body',
    async run({ exchange, upstream }) {
      upstream.reset(({ socket }) => {
        socket.on('data', () => {});
        socket.write(OK);
      });
      await exchange(
        'DELETE / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n',
        'ok',
      );
      const request = upstream.requests[0];
      if (request === undefined) return 'not relayed';
      const length = /^content-length: (\d+)$/im.exec(request.head)?.[1];
      if (length === '4') return 'ok';
      if (length !== undefined) return `Content-Length: ${length}, body piped`;
      return /^transfer-encoding: chunked$/im.test(request.head) ? 'ok' : 'no framing';
    },
  },
  {
    name: 'request: path kept verbatim',
    async run({ exchange, upstream }) {
      upstream.reset(({ socket }) => socket.write(OK));
      await exchange('GET /a%2fb/../c//d?q=%20+ HTTP/1.1\r\nHost: a\r\n\r\n', 'ok');
      const line = headOf(upstream.requests).split('\r\n')[0] ?? '';
      return line.startsWith('GET /a%2fb/../c//d?q=%20+ ') ? 'ok' : line || 'not relayed';
    },
  },
  {
    name: 'request: /../../etc kept or refused',
    async run({ exchange, upstream }) {
      upstream.reset(({ socket }) => socket.write(OK));
      const answer = await exchange('GET /../../etc HTTP/1.1\r\nHost: a\r\n\r\n', 'ok');
      if (upstream.requests.length === 0) return statusOf(answer) === '400' ? 'ok' : statusOf(answer);
      return headOf(upstream.requests).startsWith('GET /../../etc ') ? 'ok' : 'rewritten';
    },
  },
  {
    name: 'request: Content-Length with Transfer-Encoding refused',
    async run({ exchange, upstream }) {
      upstream.reset(({ socket }) => socket.write(OK));
      const answer = await exchange(
        'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      );
      return statusOf(answer) === '400' ? 'ok' : statusOf(answer);
    },
  },
  {
    name: 'request: CONNECT answered',
    async run({ exchange, upstream }) {
      upstream.reset(({ socket }) => socket.write(OK));
      const answer = await exchange('CONNECT evil:443 HTTP/1.1\r\nHost: evil:443\r\n\r\n');
      return /^[45]/.test(statusOf(answer)) ? 'ok' : statusOf(answer);
    },
  },
  {
    name: 'request: X-Forwarded-For set, the client’s own not believed',
    async run({ exchange, upstream }) {
      upstream.reset(({ socket }) => socket.write(OK));
      await exchange('GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n', 'ok');
      const fields = headOf(upstream.requests).match(/^x-forwarded-for: .*$/gim) ?? [];
      if (fields.length === 0) return 'none';
      return fields.join().includes('6.6.6.6') ? 'believed' : 'ok';
    },
  },
  {
    name: 'request: client gone before the head → upstream request ended',
    async run({ client, upstream }) {
      upstream.reset(() => {});
      client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      if (!(await client.until(() => upstream.requests.length === 1, 2_000))) return 'not relayed';
      client.destroy();
      return (await client.until(() => upstream.sockets.size === 0, 500)) ? 'ok' : 'leaks';
    },
  },
  {
    name: 'request: client gone mid-body → upstream request ended',
    async run({ client, upstream }) {
      upstream.reset(({ socket }) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'));
      client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      if (!(await client.until(() => upstream.requests.length === 1, 2_000))) return 'not relayed';
      // A proxy that buffers has not sent anything on yet: its client may leave all the same.
      await client.until(() => client.received.includes('half'), 300);
      client.destroy();
      return (await client.until(() => upstream.sockets.size === 0, 500)) ? 'ok' : 'leaks';
    },
  },
];
