import type { Unsubscribe } from '@spark-perf/core';

interface Observable {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  removeListener(event: string, listener: (...args: unknown[]) => void): unknown;
}

/**
 * Tells, once, when a connection that is an event emitter says `error`, `end` or `close`. After unsubscribing an
 * `error` is still swallowed: what a dying connection says must not end the process.
 */
export function watchConnection(
  resource: unknown,
  onBroken: (error: unknown) => void,
): Unsubscribe | undefined {
  if (!isObservable(resource)) return undefined;
  let told = false;
  const tell = (error?: unknown): void => {
    if (told) return;
    told = true;
    onBroken(error);
  };
  const ended = (): void => tell();
  resource.on('error', tell);
  resource.on('end', ended);
  resource.on('close', ended);
  return () => {
    told = true;
    resource.on('error', swallow);
    resource.removeListener('error', tell);
    resource.removeListener('end', ended);
    resource.removeListener('close', ended);
  };
}

function isObservable(value: unknown): value is Observable {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<Observable>).on === 'function' &&
    typeof (value as Partial<Observable>).removeListener === 'function'
  );
}

function swallow(): void {}
