import { listen } from '../../server/hosts/listen.js';

/** Answers without end, as fast as it is read. */
export const start = () =>
  listen((req, res) => {
    const chunk = Buffer.alloc(65_536, 'x');
    const write = (): void => {
      while (!res.destroyed && res.write(chunk));
    };
    res.on('drain', write);
    res.writeHead(200);
    write();
    req.resume();
  });
