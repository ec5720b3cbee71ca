import { expect, test } from '@jest/globals';
import { sortingFrom } from '../../src/view/view-state.js';

const usual = { key: 'share', descending: true };

test.each([
  ['p99.desc', { key: 'p99', descending: true }],
  ['p99.asc', { key: 'p99', descending: false }],
  ['route.asc', { key: 'route', descending: false }],
  ['errorRate', { key: 'errorRate', descending: true }],
  ['share.desc', usual],
  ['nonsense.asc', usual],
  ['', usual],
  [undefined, usual],
  [['p99.asc', 'p50.asc'], usual],
])('the query %j sorts by %j', (query, sorting) => expect(sortingFrom(query)).toEqual(sorting));
