import type { Milliseconds } from '@spark-perf/core';

// IMF-fixdate, RFC 850 and asctime (RFC 9110, section 5.6.7); all in GMT. Date.parse alone takes far more.
const FORMS = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/** The wall time of an HTTP date; `undefined` when it is none. */
export function parseHttpDate(text: string | undefined): Milliseconds | undefined {
  if (text === undefined || !FORMS.some((form) => form.test(text))) return undefined;
  const time = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : time;
}

/** A wall time as an IMF-fixdate. */
export function formatHttpDate(time: Milliseconds): string {
  return new Date(time).toUTCString();
}
