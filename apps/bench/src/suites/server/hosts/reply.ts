/** What every host sends for GET /plain. */
export const BODY = 'Hello, World!';
export const TYPE = 'text/plain; charset=utf-8';
