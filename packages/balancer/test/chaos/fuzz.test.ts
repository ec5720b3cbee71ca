import { expect, test } from '@jest/globals';
import type { Random } from '@spark-perf/core';
import { seededRandom } from '@spark-perf/core';
import { soakCount, testSeed, waitFor } from '@spark-perf/test-services';
import type { RawRequest } from '../../src/testing/index.js';
import { RawClient, RawUpstream } from '../../src/testing/index.js';
import { startFront } from '../support/front.js';
import { readAnswer } from '../support/read-answer.js';

const oneOf = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
const EVIL = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL';

interface Sent {
  readonly method: string;
  readonly text: string;
}

/** Requests, most of them well formed. */
function request(random: Random, id: number): Sent {
  const field = oneOf(random, [
    '',
    'X-A: 1\r\n',
    'Connection: x-a\r\nX-A: 1\r\n',
    'TE: trailers\r\n',
    'Upgrade: h2c\r\n',
    'Expect: 100-continue\r\n',
  ]);
  const head = (method: string, more = '') =>
    `${method} /${id} HTTP/1.1\r\nHost: a\r\n${field.startsWith('Expect') && more === '' ? '' : field}${more}\r\n`;
  const chunks = '3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n';
  switch (Math.floor(random() * 9)) {
    case 0:
      return { method: 'POST', text: `${head('POST', 'Content-Length: 5\r\n')}hello` };
    case 1:
      return { method: 'POST', text: head('POST', 'Transfer-Encoding: chunked\r\n') + chunks };
    case 2:
      return { method: 'DELETE', text: head('DELETE', 'Transfer-Encoding: chunked\r\n') + chunks };
    case 3:
      return { method: 'HEAD', text: head('HEAD') };
    case 4:
      return { method: 'OPTIONS', text: `${head('OPTIONS', 'Content-Length: 2\r\n')}{}` };
    case 5:
      return {
        method: 'POST',
        text: oneOf(random, [
          `${head('POST', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n')}${chunks}`,
          `${head('POST', 'Transfer-Encoding: chunked\r\n')}zz\r\n`,
          `${head('POST', 'Transfer-Encoding: gzip, chunked\r\n')}${chunks}`,
          `${head('POST', 'Content-Length: 5\r\nContent-Length: 6\r\n')}hello`,
          `BAD METHOD /${id} HTTP/1.1\r\n\r\n`,
        ]),
      };
    default:
      return { method: 'GET', text: head('GET') };
  }
}

/** Answers to request `id`, many of them broken. Bytes of `EVIL` must never reach a client. */
function answer(random: Random, id: number): { text: string; then: 'keep' | 'end' | 'reset' } {
  const body = `id=${id};`;
  const ok = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const chunked = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  switch (Math.floor(random() * 20)) {
    case 0:
      return { text: chunked, then: 'keep' };
    case 1:
      return { text: chunked.replace('\r\n0\r\n', '\r\n0\r\nX-T: 1\r\n'), then: 'keep' };
    case 2:
      return { text: ok + EVIL, then: 'keep' };
    case 3:
      return { text: chunked + EVIL, then: 'keep' };
    case 4:
      return {
        text: `HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n${body}`,
        then: oneOf(random, ['end', 'reset']),
      };
    case 5:
      return { text: chunked.slice(0, -5), then: oneOf(random, ['end', 'reset']) };
    case 6:
      return { text: '', then: oneOf(random, ['end', 'reset']) };
    case 7:
      return { text: ok.replace('Content-Length', 'Content-Length: 1\r\nContent-Length'), then: 'keep' };
    case 8:
      return { text: ok.replace('\r\n\r\n', '\r\nTransfer-Encoding: chunked\r\n\r\n'), then: 'keep' };
    case 9:
      return { text: ok.replace('OK\r\n', 'OK\r\nX-Fold: a\r\n b\r\n'), then: 'keep' };
    case 10:
      return {
        text: oneOf(random, [
          'HTTP/9.9 200 OK\r\n\r\n',
          'garbage\r\n\r\n',
          'HTTP/1.1 2000\r\n\r\n',
          '\0\0\0\0',
        ]),
        then: 'end',
      };
    case 11:
      return { text: `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok}`, then: 'keep' };
    case 12:
      return { text: 'HTTP/1.1 204 No Content\r\n\r\n', then: 'keep' };
    case 13:
      return { text: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n', then: 'keep' };
    case 14:
      return { text: `HTTP/1.0 200 OK\r\n\r\n${body}`, then: 'end' };
    case 15:
      return { text: ok.replace('OK\r\n', 'OK\r\nConnection: close\r\n'), then: 'end' };
    default:
      return { text: ok, then: 'keep' };
  }
}

// Ten rounds of 10,000 in a soak run, one else: a round that hangs is found after minutes at any count.
const rounds = Array.from({ length: soakCount(10) }, (_, round) => round);

test.each(rounds)(
  'fuzzed exchanges, round %i: no crash, no hang, no answer for somebody else',
  async (round) => {
    const random = seededRandom(testSeed() + round);
    const upstream = await RawUpstream.start();
    upstream.respond = serve(random);
    const front = await startFront([upstream.port], { outlier: false, timeouts: { firstByte: 20_000 } });
    const faults: string[] = [];
    const onUncaught = (error: Error) => faults.push(`uncaught ${error.stack}`);
    process.on('uncaughtException', onUncaught);
    let next = 0;
    const total = 10_000;
    const worker = async (): Promise<void> => {
      while (next < total && faults.length < 5) {
        const client = new RawClient(front.port);
        let seen = 0;
        for (let turn = 0; turn < 5 && next < total && !client.closed; turn++) {
          const id = next++;
          const sent = request(random, id);
          client.send(sent.text);
          const read = () => readAnswer(client.received.slice(seen), sent.method, client.closed);
          try {
            if (!(await client.until(() => client.closed || read() !== undefined, 15_000))) {
              faults.push(`hang: ${sent.text}`);
              break;
            }
            const got = read();
            if (got === undefined) break; // cut, and visibly so
            if (got.rest !== '' && !client.closed) faults.push(`left over: ${got.rest}`);
            const own = got.body.includes(`id=${id};`) || got.body === '' || got.body.includes('"error"');
            if (!own || got.body.includes('EVIL')) faults.push(`${id} got ${got.status} ${got.body}`);
          } catch (error) {
            faults.push(`${(error as Error).message} for ${sent.text}`);
            break;
          }
          seen = client.received.length;
        }
        client.destroy();
      }
    };
    await Promise.all(Array.from({ length: 10 }, worker));
    process.off('uncaughtException', onUncaught);
    expect(faults).toEqual([]);
    await waitFor(() => front.balancer.getStats().activeConnections === 0);
    upstream.reset(({ socket }) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
    expect(await (await fetch(front.url)).text()).toBe('ok');
    await front.close();
    await upstream.close();
  },
  300_000,
);

/** Answers every request on a connection, in pieces. */
function serve(random: Random): (request: RawRequest) => void {
  return ({ head, socket }) => {
    let pending = `${head}\r\n\r\n`;
    const respond = (line: string): void => {
      const id = Number(/\/(\d+)/.exec(line)?.[1] ?? 0);
      const { text, then } = answer(random, id);
      const method = line.split(' ')[0];
      // An answer to HEAD ends with its head, which an interim one may precede.
      const head = text.startsWith('HTTP/1.1 103') ? text.indexOf('\r\n\r\n') + 4 : 0;
      const bytes = method === 'HEAD' ? text.slice(0, text.indexOf('\r\n\r\n', head) + 4) : text;
      // Bytes behind an answer can be told from the next one only if they come with it: no client of HTTP/1.1 can do better.
      const cut = bytes.includes('EVIL') ? 0 : Math.floor(random() * bytes.length);
      socket.write(bytes.slice(0, cut), 'latin1');
      setImmediate(() => {
        socket.write(bytes.slice(cut), 'latin1');
        if (then === 'end') socket.end();
        else if (then === 'reset') socket.resetAndDestroy();
      });
    };
    const scan = (): void => {
      for (let match = /([A-Z]+ \/\d+) HTTP\/1\.1\r\n/.exec(pending); match !== null;) {
        pending = pending.slice(match.index + match[0].length);
        respond(match[1]!);
        match = /([A-Z]+ \/\d+) HTTP\/1\.1\r\n/.exec(pending);
      }
    };
    socket.on('data', (chunk: Buffer) => {
      pending += chunk.toString('latin1');
      scan();
    });
    scan();
  };
}
