import { expect, test } from '@jest/globals';
import { routeTemplate } from '../../src/requests/route-template.js';

test.each([
  ['/', '/'],
  ['', '/'],
  ['/users', '/users'],
  ['/users/', '/users'],
  ['/users/42', '/users/:id'],
  ['/users/42/orders/7', '/users/:id/orders/:id'],
  ['/users/6f9619ff-8b86-d011-b42d-00c04fc964ff', '/users/:id'],
  ['/files/d41d8cd98f00b204e9800998ecf8427e', '/files/:hash'],
  ['/reports/2026-11-25', '/reports/:date'],
  ['/reports/2026-11-25T10:00:00Z', '/reports/:date'],
  ['/customers/cus_9s6XKzkNRiz8i3', '/customers/:id'],
  ['/verify/eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9', '/verify/:token'],
  ['/search?q=secret', '/search'],
  ['/cities;v=1', '/cities'],
  ['/bad/%00%0a', '/bad/:text'],
  ['/v1/cities', '/v1/cities'],
  ['/feedface', '/feedface'],
])('%s is %s', (path, template) => expect(routeTemplate(path)).toBe(template));

test('however long a path is, its template is not', () => {
  expect(routeTemplate(`/${'a/'.repeat(10_000)}`).length).toBeLessThanOrEqual(256);
  expect(routeTemplate(`/${'word-without-digits'.repeat(1_000)}`)).toBe('/:token');
});
