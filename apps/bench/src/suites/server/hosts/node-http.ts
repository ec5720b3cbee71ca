import type { StartServer } from '../../../serve.js';
import { listen } from './listen.js';
import { BODY, TYPE } from './reply.js';

/** The floor: no routing at all. */
export const start: StartServer = () =>
  listen((_req, res) => {
    res.writeHead(200, { 'Content-Type': TYPE, 'Content-Length': Buffer.byteLength(BODY) });
    res.end(BODY);
  });
