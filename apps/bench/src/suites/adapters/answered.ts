import type { RequestListener } from 'node:http';
import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** A connection that takes everything and sends nothing: no system call hides what a host does. */
const connection = Object.assign(
  new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done(), emitClose: false }),
  { remoteAddress: '127.0.0.1' },
).setMaxListeners(0) as unknown as Socket;

/** Puts one GET /plain to a listener; resolves when its response is over, which is closed as Node's server does. */
export function answered(listener: RequestListener): Promise<void> {
  return new Promise((resolve, reject) => {
    const req = new IncomingMessage(connection);
    req.method = 'GET';
    req.url = '/plain';
    req.httpVersion = '1.1';
    req.httpVersionMajor = 1;
    req.httpVersionMinor = 1;
    req.headers = { host: 'localhost' };
    req.rawHeaders = ['Host', 'localhost'];
    req.complete = true;
    req.push(null);
    const res = new ServerResponse(req);
    res.assignSocket(connection);
    res.on('finish', () => {
      res.detachSocket(connection);
      res.emit('close');
      if (res.statusCode === 200) resolve();
      else reject(new Error(`${res.statusCode} instead of 200`));
    });
    listener(req, res);
  });
}
