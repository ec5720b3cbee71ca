import { constants } from 'node:os';
import type { ShutdownCause } from '../shutdown-cause.js';

/** 128 plus the number of the signal, as shells report it. */
export function signalCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** The code of an exit after a shutdown that ran to its end. A code that the program has set itself stands. */
export function exitCode(cause: ShutdownCause, failed: boolean, onSignal: 'zero' | '128+n'): number {
  if (failed || cause.kind === 'crash') return 1;
  if (cause.kind === 'signal' && onSignal === '128+n') return signalCode(cause.signal);
  return Number(process.exitCode ?? 0);
}
