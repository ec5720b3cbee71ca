import { expect, test } from '@jest/globals';
import { html } from '../../src/view/html.js';
import { tile } from '../../src/view/tile.js';

const shown = (value: string, facts: readonly (string | false)[]): string =>
  tile({ id: 'x', title: 'X', value, facts, chart: html`` }).text;

test('facts that there are none of leave no gap', () => {
  expect(shown('1', ['a', false, '', 'b'])).toContain('<p class="facts"><span>a</span><span>b</span></p>');
});

test.each([
  ['1 240/s', '1 240', '/s'],
  ['38 ms', '38', ' ms'],
  ['<0.1 %', '&#60;0.1', ' %'],
  ['12', '12', undefined],
  ['leaking', 'leaking', undefined],
])('%s is a number and, smaller, its unit', (value, number, unit) => {
  const small = unit === undefined ? '' : `<small>${unit}</small>`;
  expect(shown(value, [])).toContain(`<p class="value">${number}${small}</p>`);
});
