import { expect, test } from '@jest/globals';
import type { Outcome } from '../../src/index.js';
import { packOutcome, unpackOutcome } from '../../src/stores/packed-outcome.js';

type Headers = readonly (readonly [string, string])[];

const response = (headers: Headers, body: Buffer, over: object = {}): Outcome => ({
  kind: 'response',
  response: { outcome: 'complete', status: 201, statusMessage: 'Made', headers, body, ...over },
});
const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

test.each<[string, Outcome]>([
  ['without fields or body', response([], Buffer.alloc(0))],
  ['without a status text', response([['A', '1']], every, { statusMessage: undefined })],
  ['of every byte', response([['Content-Type', 'x/y']], every)],
  [
    'with repeated, empty and Latin-1 fields',
    response(
      [
        ['Link', '<a>'],
        ['Link', '<b>'],
        ['X-Empty', ''],
        ['X-Latin', 'é'],
      ],
      every,
    ),
  ],
  ['with one empty field', response([['X-Empty', '']], every)],
  ['that is long', response([['A', '1']], Buffer.alloc(5_000, every))],
  ['that was cut off', { kind: 'cutOff' }],
  ['too large', { kind: 'tooLarge', status: 200 }],
])('an outcome %s comes back as it was', (_name, outcome) => {
  expect(unpackOutcome(packOutcome(outcome))).toEqual(outcome);
});

test('what is kept does not change with the buffer that it came in', () => {
  const body = Buffer.from('kept');
  const packed = packOutcome(response([], body));
  body.fill(0);
  const outcome = unpackOutcome(packed);
  expect(outcome.kind === 'response' && outcome.response.body.toString()).toBe('kept');
});
