import type { Clock } from './clock.js';
import { systemClock } from './clock.js';
import { InvalidOptionError } from './invalid-option-error.js';
import type { Random } from './random.js';
import { systemRandom } from './random.js';

export interface NumberRule {
  /** Smallest allowed value. @default 0 */
  readonly min?: number;
  /** Largest allowed value. @default Number.MAX_SAFE_INTEGER */
  readonly max?: number;
  /** Whether only whole numbers are allowed. @default false */
  readonly integer?: boolean;
  /** Whether `Infinity` is allowed whatever `max` says. @default false */
  readonly infinity?: boolean;
}

/** A number in a range, or the default. @throws InvalidOptionError */
export function numberOption(name: string, value: unknown, fallback: number, rule: NumberRule = {}): number {
  if (value === undefined) return fallback;
  const { min = 0, max = Number.MAX_SAFE_INTEGER, integer = false, infinity = false } = rule;
  if (infinity && value === Infinity) return Infinity;
  if (
    typeof value !== 'number' ||
    !Number.isFinite(value) ||
    value < min ||
    value > max ||
    (integer && !Number.isInteger(value))
  ) {
    const kind = integer ? 'an integer' : 'a number';
    const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    throw new InvalidOptionError(name, `${kind} ${range}${infinity ? ' or Infinity' : ''}`, value);
  }
  return value;
}

/** A whole number in a range, or the default. @throws InvalidOptionError */
export function integerOption(name: string, value: unknown, fallback: number, rule: NumberRule = {}): number {
  return numberOption(name, value, fallback, { ...rule, integer: true });
}

/** A fraction from 0 to 1, or the default. @throws InvalidOptionError */
export function ratioOption(name: string, value: unknown, fallback: number): number {
  return numberOption(name, value, fallback, { min: 0, max: 1 });
}

/** `true` or `false`, or the default. @throws InvalidOptionError */
export function booleanOption(name: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value !== 'boolean') throw new InvalidOptionError(name, 'true or false', value);
  return value;
}

/** One of a list of values, or the default. @throws InvalidOptionError */
export function enumOption<const T extends string | boolean>(
  name: string,
  value: unknown,
  fallback: T,
  allowed: readonly T[],
): T {
  if (value === undefined) return fallback;
  if (!allowed.includes(value as T)) {
    throw new InvalidOptionError(
      name,
      `one of ${allowed.map((one) => JSON.stringify(one)).join(', ')}`,
      value,
    );
  }
  return value as T;
}

/** A non-empty string, or the default. @throws InvalidOptionError */
export function stringOption<F extends string | undefined>(
  name: string,
  value: unknown,
  fallback: F,
): string | F {
  if (value === undefined) return fallback;
  if (typeof value !== 'string' || value === '')
    throw new InvalidOptionError(name, 'a non-empty string', value);
  return value;
}

/** A function, or the default. The caller gives the type; only callability is checked. @throws InvalidOptionError */
export function functionOption<T, F = T>(name: string, value: T | undefined, fallback: F): T | F {
  if (value === undefined) return fallback;
  if (typeof value !== 'function') throw new InvalidOptionError(name, 'a function', value);
  return value;
}

/** An options object without unknown names (a misspelt option must not be ignored). @throws InvalidOptionError */
export function optionsObject<T extends object>(
  name: string,
  value: T | undefined,
  known: readonly string[],
): Partial<T> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null) throw new InvalidOptionError(name, 'an object', value);
  for (const key of Object.keys(value)) {
    if (!known.includes(key))
      throw new InvalidOptionError(
        key,
        `left out (known are ${known.join(', ')})`,
        (value as Record<string, unknown>)[key],
      );
  }
  return value;
}

/** A `Clock`, or the system's. @throws InvalidOptionError */
export function clockOption(value: Clock | undefined): Clock {
  if (value === undefined) return systemClock;
  if (typeof value?.now !== 'function' || typeof value.setTimeout !== 'function') {
    throw new InvalidOptionError('clock', 'a Clock', value);
  }
  return value;
}

/** A `Random`, or the system's. @throws InvalidOptionError */
export function randomOption(value: Random | undefined): Random {
  return functionOption<Random>('random', value, systemRandom);
}
