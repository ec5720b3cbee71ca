import { listen } from '../../server/hosts/listen.js';

const SMALL = Buffer.from(JSON.stringify({ data: 'x'.repeat(1_013) }));
const LARGE = Buffer.alloc(1_048_576, 'x');

/** What every proxy relays to: 1 KiB of JSON, or 1 MiB. */
export const start = () =>
  listen((req, res) => {
    const body = req.url === '/large' ? LARGE : SMALL;
    res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
    res.end(body);
  });
