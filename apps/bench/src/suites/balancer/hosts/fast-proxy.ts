import { createRequire } from 'node:module';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StartServer } from '../../../serve.js';
import { listen } from '../../server/hosts/listen.js';

type FastProxy = (options: object) => {
  readonly proxy: (req: IncomingMessage, res: ServerResponse, source: string, options: object) => void;
};
const fastProxy = createRequire(import.meta.url)('fast-proxy') as FastProxy;

export const start: StartServer = (upstream) => {
  const { proxy } = fastProxy({
    base: `http://127.0.0.1:${Number(upstream)}`,
    requests: { keepAliveMsecs: 5_000 },
    keepAlive: true,
    maxSockets: 256,
  });
  return listen((req, res) => proxy(req, res, req.url ?? '/', {}));
};
