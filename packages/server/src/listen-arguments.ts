import { InvalidOptionError } from '@spark-perf/core';

/** What `listen` was given. */
export interface ListenArguments {
  readonly port: number | undefined;
  readonly host: string | undefined;
  readonly callback: (() => void) | undefined;
}

/** Sorts `listen(port?, host?, callback?)` out; any of them may be left out. @throws InvalidOptionError */
export function listenArguments(given: readonly unknown[]): ListenArguments {
  const rest = [...given];
  const callback = typeof rest.at(-1) === 'function' ? (rest.pop() as () => void) : undefined;
  const [port, host] = rest;
  if (
    port !== undefined &&
    !(Number.isInteger(port) && (port as number) >= 0 && (port as number) <= 65_535)
  ) {
    throw new InvalidOptionError('port', 'an integer from 0 to 65535', port);
  }
  if (host !== undefined && (typeof host !== 'string' || host === '')) {
    throw new InvalidOptionError('host', 'a non-empty string', host);
  }
  return { port: port as number | undefined, host, callback };
}
