import { SparkPerfError } from './errors.js';

/** A bad option, found at construction. Names the option, the rule, the received value and its type. */
export class InvalidOptionError extends SparkPerfError<'SPARK_INVALID_OPTION'> {
  /** The option's name. */
  readonly option: string;

  constructor(option: string, rule: string, received: unknown) {
    super('SPARK_INVALID_OPTION', `Option \`${option}\` must be ${rule}, got ${describe(received)}`);
    this.option = option;
  }
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `${JSON.stringify(value.slice(0, 100))} (string)`;
  if (typeof value === 'object') return `an object (${value.constructor?.name ?? 'Object'})`;
  if (typeof value === 'function') return 'a function';
  return `${String(value)} (${typeof value})`;
}
