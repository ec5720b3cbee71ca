/** A server that a test started, and what can be done to it. Every wait has a deadline. */
export interface Service extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  /** Whether the process runs (paused or not). */
  readonly running: boolean;
  /** Shuts down in good order and removes the data. Idempotent, final, and works in every state. */
  stop(): Promise<void>;
  /** SIGKILL, children included; resolves when the processes are gone. The data stays for `restart()`. */
  kill(): Promise<void>;
  /** SIGSTOP, children included: connections stay open, nothing is answered. */
  pause(): Promise<void>;
  /** SIGCONT. */
  resume(): Promise<void>;
  /** Shuts down where it runs, then starts on the same port with the same data; resolves when it answers. */
  restart(): Promise<void>;
  /** What it has printed (at most its last 64 KiB). */
  output(): string;
}
