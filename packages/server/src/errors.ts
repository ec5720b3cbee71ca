import { SparkPerfError } from '@spark-perf/core';
import type { SparkPerfErrorOptions } from '@spark-perf/core';

/** A request that can't be served as it is. Thrown, it is answered with its status and its message. */
export class RequestError<Code extends string = string> extends SparkPerfError<Code> {
  readonly status: number;
  /** The message says nothing that the client may not read. */
  readonly expose = true;

  constructor(code: Code, status: number, message: string, options?: SparkPerfErrorOptions) {
    super(code, message, options);
    this.status = status;
  }
}

/** 400: the request target is no path or URL, or holds a malformed escape. */
export class BadTargetError extends RequestError<'SPARK_BAD_TARGET'> {
  constructor() {
    super('SPARK_BAD_TARGET', 400, 'Malformed URL');
  }
}

/** 413: the body is longer than `limit` bytes, as sent or once decompressed, or a form has too many fields. */
export class BodyTooLargeError extends RequestError<'SPARK_BODY_TOO_LARGE'> {
  readonly limit: number;

  constructor(limit: number, unit: 'bytes' | 'fields' = 'bytes') {
    super('SPARK_BODY_TOO_LARGE', 413, `The body exceeds ${limit} ${unit}`);
    this.limit = limit;
  }
}

/** 400: the body is not what its Content-Type says. */
export class MalformedBodyError extends RequestError<'SPARK_MALFORMED_BODY'> {
  constructor(message: string, options?: SparkPerfErrorOptions) {
    super('SPARK_MALFORMED_BODY', 400, message, options);
  }
}

/** 400: a key of the body would reach a prototype when the object is copied or merged. */
export class PrototypeKeyError extends RequestError<'SPARK_PROTOTYPE_KEY'> {
  constructor() {
    super('SPARK_PROTOTYPE_KEY', 400, 'The body holds a key that is not allowed');
  }
}

/** 415: the body's Content-Encoding or charset is unknown, or is not what the body has. */
export class UnsupportedBodyError extends RequestError<'SPARK_UNSUPPORTED_BODY'> {
  constructor(message: string, options?: SparkPerfErrorOptions) {
    super('SPARK_UNSUPPORTED_BODY', 415, message, options);
  }
}

/** 400: the client left, or ran out of time, before its body was complete. */
export class BodyAbortedError extends RequestError<'SPARK_BODY_ABORTED'> {
  constructor() {
    super('SPARK_BODY_ABORTED', 400, 'The body ended early');
  }
}

/** A response field or a cookie that HTTP does not allow; among them, text that would smuggle in another field. */
export class InvalidFieldError extends SparkPerfError<'SPARK_INVALID_FIELD'> {
  /** The field's name, escaped. */
  readonly field: string;

  constructor(field: string, rule: string) {
    super('SPARK_INVALID_FIELD', `Response field \`${field}\` ${rule}`);
    this.field = field;
  }
}

/** A status outside 100 to 599. */
export class InvalidStatusError extends SparkPerfError<'SPARK_INVALID_STATUS'> {
  constructor(code: unknown) {
    super('SPARK_INVALID_STATUS', `A status is an integer from 100 to 599, got ${String(code)}`);
  }
}

/** A shutdown handler or cleanup function did not finish within `closeTimeout`. The shutdown went on without it. */
export class CloseTimeoutError extends SparkPerfError<'SPARK_CLOSE_TIMEOUT'> {
  constructor(what: string, timeout: number) {
    super('SPARK_CLOSE_TIMEOUT', `${what} did not finish within ${timeout} ms`);
  }
}
