import http from 'node:http';

/** Sends the same request on many connections at once; resolves to the number of answers. */
export async function burst(port: number, path: string, size: number, body: string): Promise<number> {
  const agent = new http.Agent({ maxSockets: size });
  let answers = 0;
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
      http
        .request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers }, (response) => {
          response.resume().on('end', () => {
            answers++;
            resolve();
          });
        })
        .on('error', reject)
        .end(body);
    });
  await Promise.all(Array.from({ length: size }, one));
  agent.destroy();
  return answers;
}
