import { expect, test } from '@jest/globals';
import { soakCount, testSeed } from '@spark-perf/test-services';
import fc from 'fast-check';
import { ContinueFilter } from '../../src/transport/continue-filter.js';

/** What is left of `text` when it comes cut at `cuts`. */
function filtered(text: string, cuts: readonly number[] = []): string {
  const filter = new ContinueFilter();
  filter.arm();
  const bytes = Buffer.from(text, 'latin1');
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let start = 0;
  let out = '';
  for (const end of ends) {
    // The memory is written over, as that of a read is.
    const chunk = Buffer.from(bytes.subarray(start, end));
    out += filter.filter(chunk)?.toString('latin1') ?? '';
    chunk.fill('#');
    start = end;
  }
  return out;
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const OLD_CONTINUE = 'HTTP/1.0 100 \r\nServer: x\r\n\r\n';
const HINTS = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
const PROCESSING = 'HTTP/1.1 102 Processing\r\n\r\n';

test('a final answer passes, and what looks like an interim one behind it', () => {
  expect(filtered(OK)).toBe(OK);
  expect(filtered(OK + CONTINUE)).toBe(OK + CONTINUE);
});

test('101 passes: what follows is not HTTP', () => {
  const switching = 'HTTP/1.1 101 Switching Protocols\r\n\r\n';
  expect(filtered(switching + CONTINUE)).toBe(switching + CONTINUE);
});

test('until a request is under way everything passes', () => {
  expect(new ContinueFilter().filter(Buffer.from(CONTINUE))?.toString()).toBe(CONTINUE);
});

test.each(['1garbage 1\r\n\r\n', 'HTTP/2.0 100 x\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n', 'HT\0'])(
  'what is no answer is left to the parser: %j',
  (text) => {
    expect(filtered(text)).toBe(text);
  },
);

test('an interim head without end is not collected', () => {
  const endless = `HTTP/1.1 100 Continue\r\n${'X-A: b\r\n'.repeat(10_000)}`;
  expect(filtered(endless, [50_000])).toBe(endless);
});

test('takes out every 100 and nothing else, however the bytes are cut', () => {
  const interim = fc.constantFrom(CONTINUE, OLD_CONTINUE, HINTS, PROCESSING);
  fc.assert(
    fc.property(
      fc.array(interim, { maxLength: 4 }),
      fc.array(fc.nat(400), { maxLength: 8 }),
      (heads, cuts) => {
        const kept = heads.filter((head) => head === HINTS || head === PROCESSING);
        expect(filtered(heads.join('') + OK, cuts)).toBe(kept.join('') + OK);
      },
    ),
    { seed: testSeed(), numRuns: soakCount(10_000) },
  );
});
