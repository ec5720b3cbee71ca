import { listen } from '../../server/hosts/listen.js';

/** Answers without end, as fast as it is read. */
export const start = () =>
  listen((req, res) => {
    const chunk = Buffer.alloc(65_536, 'x');
    const write = (): void => {
      while (!res.destroyed && res.write(chunk));
    };
    res.on('drain', write);
    // With a length there is no framing in between: what is queued is body.
    res.writeHead(200, req.url === '/endless' ? { 'Content-Length': 2 ** 50 } : {});
    write();
    req.resume();
  });
