import { expect, test } from '@jest/globals';
import { Prefix } from '../src/prefix.js';

test('holds whole segments only', () => {
  const prefix = new Prefix('/admin/');
  expect(
    ['/admin', '/admin/', '/admin/a', '/administrators', '/', '/x/admin'].map((path) => prefix.holds(path)),
  ).toEqual([true, true, true, false, false, false]);
  expect(['/admin', '/admin/a/b'].map((path) => prefix.cut(path))).toEqual(['/', '/a/b']);
  expect([prefix.behind(undefined), prefix.behind('/v1')]).toEqual(['/admin', '/v1/admin']);
});

test.each([
  ['/%61dmin/a', '/a'],
  ['/ADMIN/A', '/A'],
  ['/admin%2f', undefined], // an escaped slash ends no segment
  ['/x/../admin/a', '/a'],
  ['/x/%2e%2E/admin', '/'],
  ['/x\\..\\admin', '/'],
  ['/admin/../x', '/../x'], // a host that resolves nothing has it below
  ['/x/..a/admin', undefined],
  ['/admin%zz', undefined],
])('%s, cut: %s', (path, inner) => {
  const prefix = new Prefix('/admin');
  expect(prefix.holds(path)).toBe(inner !== undefined);
  expect(prefix.cut(path)).toBe(inner ?? path);
});

test('without one everything passes as it is', () => {
  const prefix = new Prefix(undefined);
  expect([prefix.holds('/a'), prefix.cut('/a'), prefix.behind(undefined), prefix.behind('/v1')]).toEqual([
    true,
    '/a',
    undefined,
    '/v1',
  ]);
});

test.each([['admin'], [''], [7]])('%p is refused', (wrong) => {
  expect(() => new Prefix(wrong as string)).toThrow(
    expect.objectContaining({ code: 'SPARK_INVALID_OPTION', option: 'prefix' }),
  );
});
