import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { waitFor } from '@spark-perf/test-services';

export type Message = Record<string, unknown>;

/** A fixture as a child process: what it says, how it ends. */
export class Child {
  readonly messages: Message[] = [];
  output = '';
  errors = '';
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  exited = false;

  private constructor(readonly process: ChildProcess) {
    process.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString('latin1')));
    process.stderr?.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    process.on('message', (message) => this.messages.push(message as Message));
    this.exit = new Promise((resolve) => {
      process.on('close', (code, signal) => {
        this.exited = true;
        resolve({ code, signal });
      });
    });
  }

  static start(
    fixture: string,
    settings: object = {},
    command: readonly string[] = [],
    detached = false,
  ): Child {
    const file = path.join(__dirname, 'fixtures', fixture);
    const [program = process.execPath, ...args] = [
      ...command,
      process.execPath,
      file,
      JSON.stringify(settings),
    ];
    return new Child(spawn(program, args, { detached, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] }));
  }

  send(message: Message): void {
    this.process.send?.(message);
  }

  /** The first message (or the `nth`) that has all of `part`. */
  async heard(part: Message, nth = 1): Promise<Message> {
    return waitFor(
      () => {
        const found = this.all(part)[nth - 1];
        if (found === undefined && this.exited) return { gone: true };
        return found;
      },
      { timeout: 25_000, message: `${JSON.stringify(part)} #${nth}; stderr: ${this.errors.slice(-500)}` },
    ).then((found) => {
      if ('gone' in found)
        throw new Error(`exited without ${JSON.stringify(part)}: ${this.errors.slice(-2000)}`);
      return found;
    });
  }

  all(part: Message): Message[] {
    return this.messages.filter((one) => Object.entries(part).every(([key, value]) => one[key] === value));
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    if (!this.exited) this.process.kill(signal);
  }
}
