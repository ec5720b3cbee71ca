import { Agent } from 'node:http';
import httpProxy from 'http-proxy';
import type { StartServer } from '../../../serve.js';
import { listen } from '../../server/hosts/listen.js';

/** With a keep-alive agent, or as its documentation starts it. */
export const start: StartServer = (argument) => {
  const { upstream, agent } = argument as { upstream: number; agent: boolean };
  const proxy = httpProxy.createProxyServer({
    target: `http://127.0.0.1:${upstream}`,
    ...(agent
      ? {
          agent: new Agent({
            keepAlive: true,
            maxSockets: Infinity,
            maxFreeSockets: 256,
            scheduling: 'lifo',
          }),
        }
      : {}),
  });
  return listen((req, res) => {
    proxy.web(req, res, {}, () => {
      if (!res.headersSent) res.writeHead(502);
      res.end();
    });
  });
};
