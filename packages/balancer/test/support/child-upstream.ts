import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** A server in a process of its own, to be killed. */
export class ChildUpstream {
  private constructor(
    readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(port = 0): Promise<ChildUpstream> {
    const child = fork(path.join(__dirname, '../fixtures/upstream.mjs'), [String(port)], { execArgv: [] });
    const [listening] = (await once(child, 'message')) as [number];
    return new ChildUpstream(child, listening);
  }

  async count(): Promise<number> {
    return Number(await (await fetch(`http://127.0.0.1:${this.port}/count`)).text());
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}
