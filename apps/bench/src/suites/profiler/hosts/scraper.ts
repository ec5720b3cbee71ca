import { get } from 'node:http';
import type { StartServer } from '../../../serve.js';

/** Reads and forgets what a port answers, in a process of its own: what a client does is not to be measured with it. */
export const start: StartServer = () => ({
  port: 0,
  ask: (port) =>
    new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port: Number(port), agent: false }, (res) => {
        res.resume().on('end', () => resolve(res.statusCode));
      }).on('error', reject);
    }),
});
