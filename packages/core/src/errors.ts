const BRAND = Symbol.for('@spark-perf/error');

export interface SparkPerfErrorOptions {
  readonly cause?: unknown;
}

/**
 * The base of every error of the suite. Recognised by a brand, so that errors of another copy of the package
 * (ESM beside CJS) are `instanceof SparkPerfError` too.
 */
export class SparkPerfError<Code extends string = string> extends Error {
  /** A stable name of the kind of error: `docs/errors.md` has a row for each. */
  readonly code: Code;

  constructor(code: Code, message: string, options?: SparkPerfErrorOptions) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.name = new.target.name;
    Object.defineProperty(this, BRAND, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this === SparkPerfError) return isSparkPerfError(value);
    return Function.prototype[Symbol.hasInstance].call(this, value);
  }
}

/** Whether `error` is one of ours, of whichever copy of the package, and has `code` when one is given. */
export function isSparkPerfError<Code extends string>(
  error: unknown,
  code?: Code,
): error is SparkPerfError<Code> {
  if (typeof error !== 'object' || error === null || !(BRAND in error)) return false;
  return code === undefined || (error as { code?: unknown }).code === code;
}
