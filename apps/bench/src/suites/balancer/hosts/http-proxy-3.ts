import { Agent } from 'node:http';
import { createProxyServer } from 'http-proxy-3';
import type { StartServer } from '../../../serve.js';
import { listen } from '../../server/hosts/listen.js';

export const start: StartServer = (upstream) => {
  const proxy = createProxyServer({
    target: `http://127.0.0.1:${Number(upstream)}`,
    agent: new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 256, scheduling: 'lifo' }),
  });
  proxy.on('error', (_error, _req, res) => {
    if ('writeHead' in res && !res.headersSent) res.writeHead(502);
    res.end();
  });
  return listen((req, res) => {
    void proxy.web(req, res);
  });
};
