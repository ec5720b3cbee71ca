import { expect, test } from '@jest/globals';
import { responseFields } from '../../src/proxy/response-fields.js';

const fields = (value: string) => responseFields(['X-A', value, 'X-B', 'b'], 200, true, undefined);

test.each(['one\r\n two', 'one\n', '\rone', 'one\0two', 'one\x1f', '\x01'])('%j is not relayed', (value) =>
  expect(fields(value)).toBeUndefined(),
);

test.each(['one\ttwo', '\t', '', ' ', 'caf\xe9', '~'])('%j is', (value) =>
  expect(fields(value)?.raw).toEqual(['X-A', value, 'X-B', 'b']),
);
