import { gzipSync } from 'node:zlib';
import type { ProbeCase } from './probe-case.js';
import { statusOf } from './probe-case.js';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

/** What becomes of answers. */
export const RESPONSE_CASES: readonly ProbeCase[] = [
  {
    name: 'response: nominated fields removed',
    async run({ exchange, upstream }) {
      upstream.reset(({ socket }) =>
        socket.write('HTTP/1.1 200 OK\r\nConnection: x-hop\r\nX-Hop: 1\r\nContent-Length: 2\r\n\r\nok'),
      );
      const answer = await exchange(GET, 'ok');
      if (statusOf(answer) !== '200') return statusOf(answer);
      return /^x-hop:/im.test(answer) ? 'leaks' : 'ok';
    },
  },
  {
    name: 'response: trailers',
    async run({ exchange, upstream }) {
      upstream.reset(({ socket }) =>
        socket.write(
          'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n',
        ),
      );
      const answer = await exchange('GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n', '7\r\n\r\n');
      const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
      return /x-sum: 7/i.test(body) ? 'ok' : 'lost';
    },
  },
  {
    name: 'response: 103 Early Hints',
    async run({ client, upstream }) {
      upstream.reset(({ socket }) =>
        socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n'),
      );
      client.send(GET);
      if (!(await client.until(() => client.received.includes('</a.css>; rel=preload'), 500))) return 'lost';
      upstream.requests[0]?.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      return (await client.until(() => client.received.endsWith('ok'), 2_000)) ? 'ok' : 'answer lost';
    },
  },
  {
    name: 'response: 304 with Content-Length',
    async run({ exchange, upstream }) {
      upstream.reset(({ socket }) =>
        socket.write('HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 5\r\n\r\n'),
      );
      const answer = await exchange(GET);
      return statusOf(answer) === '304' ? 'ok' : statusOf(answer);
    },
  },
  {
    name: 'response: reset mid-body is seen by the client',
    async run({ client, upstream }) {
      upstream.reset(({ socket }) => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n', () =>
          socket.resetAndDestroy(),
        );
      });
      client.send(GET);
      if (!(await client.until(() => client.closed, 2_000))) return 'client hangs';
      return client.received.includes('\r\n0\r\n') ? 'looks complete' : 'ok';
    },
  },
  {
    name: 'response: conflicting Content-Length refused',
    async run({ exchange, upstream }) {
      upstream.reset(({ socket }) =>
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'),
      );
      const answer = await exchange(GET);
      return statusOf(answer) === '502' ? 'ok' : statusOf(answer);
    },
  },
  {
    name: 'response: closed before the head is 502',
    async run({ exchange, upstream }) {
      upstream.reset(({ socket }) => socket.destroy());
      const answer = await exchange(GET);
      return statusOf(answer) === '502' ? 'ok' : statusOf(answer);
    },
  },
  {
    name: 'response: two Set-Cookie fields stay two',
    async run({ exchange, upstream }) {
      upstream.reset(({ socket }) =>
        socket.write('HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok'),
      );
      const answer = await exchange(GET, 'ok');
      return /^set-cookie: a=1$/im.test(answer) && /^set-cookie: b=2$/im.test(answer)
        ? 'ok'
        : 'joined or lost';
    },
  },
  {
    name: 'response: compressed bytes untouched',
    async run({ client, upstream }) {
      const body = gzipSync('hello').toString('latin1');
      const fields = `Content-Encoding: gzip\r\nContent-Length: ${body.length}`;
      upstream.reset(({ socket }) => socket.write(`HTTP/1.1 200 OK\r\n${fields}\r\n\r\n${body}`, 'latin1'));
      client.send('GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n');
      return (await client.until(() => client.received.endsWith(body), 2_000)) ? 'ok' : 'changed';
    },
  },
  {
    name: 'response: HEAD keeps Content-Length',
    async run({ exchange, upstream }) {
      upstream.reset(({ socket }) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n'));
      const answer = await exchange('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n');
      return /^content-length: 1234$/im.test(answer) ? 'ok' : 'lost';
    },
  },
  {
    name: 'response: 204 has no framing',
    async run({ exchange, upstream }) {
      upstream.reset(({ socket }) => socket.write('HTTP/1.1 204 No Content\r\n\r\n'));
      const answer = await exchange(GET);
      if (statusOf(answer) !== '204') return statusOf(answer);
      return /^(?:transfer-encoding|content-length):/im.test(answer) ? 'framed' : 'ok';
    },
  },
];
