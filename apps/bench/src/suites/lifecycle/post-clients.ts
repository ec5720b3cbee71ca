import { Agent, request } from 'node:http';

/** Keep-alive POST clients that never try again. Failed: an error, no answer within 10 s, or a status other than 200. */
export class PostClients {
  answered = 0;
  failed = 0;
  readonly #agent: Agent;
  readonly #loops: Promise<void>[];
  #stopped = false;

  constructor(
    readonly port: number,
    clients: number,
  ) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: clients });
    this.#loops = Array.from({ length: clients }, () => this.#loop());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
    this.#agent.destroy();
  }

  async #loop(): Promise<void> {
    while (!this.#stopped) {
      if (await this.#post()) this.answered += 1;
      else this.failed += 1;
    }
  }

  #post(): Promise<boolean> {
    return new Promise((resolve) => {
      const options = { agent: this.#agent, host: '127.0.0.1', port: this.port, method: 'POST' };
      const post = request({ ...options, timeout: 10_000 }, (res) => {
        res.resume();
        res.on('error', () => resolve(false));
        res.on('end', () => resolve(res.statusCode === 200));
        res.on('aborted', () => resolve(false));
      });
      post.on('timeout', () => post.destroy(new Error('no answer')));
      // A server that is gone refuses at once: wait a moment, or a dead port would be asked ten thousand times a second.
      post.on('error', () => setTimeout(() => resolve(false), 5));
      post.end('posted');
    });
  }
}
