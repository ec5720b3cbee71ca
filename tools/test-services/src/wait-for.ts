export interface WaitOptions {
  /** Deadline in ms. @default 15000 */
  readonly timeout?: number | undefined;
  /** Pause between two looks in ms. @default 10 */
  readonly interval?: number | undefined;
  /** What is waited for; names it in the error. @default the source of the condition */
  readonly message?: string | undefined;
}

/**
 * Looks at a condition until it holds and returns what it returned. A condition that throws or rejects does not hold
 * yet. The first look comes at once; a look that hangs does not outlast the deadline.
 *
 * @throws Error at the deadline, with the condition's last error as `cause`.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<NonNullable<T>> {
  const { timeout = 15_000, interval = 10, message = condition.toString().replace(/\s+/g, ' ') } = options;
  let cause: unknown;
  let expired = false;
  let onDeadline = (): void => {};
  const deadline = new Promise<undefined>((resolve) => (onDeadline = () => resolve(undefined)));
  const timer = setTimeout(() => {
    expired = true;
    onDeadline();
  }, timeout);
  try {
    for (;;) {
      try {
        const value = await Promise.race([Promise.resolve(condition()), deadline]);
        if (value) return value;
      } catch (error) {
        cause = error;
      }
      if (expired) throw new Error(`waited ${timeout} ms in vain for: ${message}`, { cause });
      await Promise.race([new Promise((resolve) => setTimeout(resolve, interval)), deadline]);
    }
  } finally {
    clearTimeout(timer);
  }
}
