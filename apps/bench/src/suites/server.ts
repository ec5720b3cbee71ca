import type { Suite } from '../suite.js';

export const suite: Suite = { name: 'server', title: 'Requests per second', *run() {} };
