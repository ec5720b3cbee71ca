import { expect, test } from '@jest/globals';
import { soakCount, testSeed } from '@spark-perf/test-services';
import fc from 'fast-check';
import { html } from '../../src/view/html.js';

test('text is escaped, markup is not, nothing is nothing', () => {
  expect(
    html`<p title="${'"'}">${'<b>'}${html`<i>${'&'}</i>`}${[1, html`<hr />`, false]}${null}</p>`.text,
  ).toBe('<p title="&#34;">&#60;b&#62;<i>&#38;</i>1<hr /></p>');
});

test('no text leaves its element or its attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '/', 'a', '=', ' ') }), (text) => {
      const made = html`<p title="${text}">${text}</p>`.text;
      const [, attribute = '', inside = ''] = /^<p title="([^"]*)">(.*)<\/p>$/s.exec(made) ?? [];
      const plain = (escaped: string): string =>
        escaped.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
      expect([plain(attribute), plain(inside)]).toEqual([text, text]);
      expect(inside).not.toMatch(/[<>"']/);
    }),
    { seed: testSeed(), numRuns: soakCount(2_000) },
  );
});
