export type { ContextHost } from './context-host.js';
export { bodyParser } from './body/body-parser.js';
export type { BodyParserOptions } from './body/body-parser-options.js';
export {
  BadTargetError,
  BodyAbortedError,
  BodyTooLargeError,
  CloseTimeoutError,
  InvalidFieldError,
  InvalidStatusError,
  MalformedBodyError,
  PrototypeKeyError,
  RequestError,
  UnsupportedBodyError,
} from './errors.js';
export { SPARK_DEFAULTS } from './options.js';
export type { SecuritySettings, SparkOptions } from './options.js';
export type { Handler } from './routing/handler.js';
export { Router } from './routing/router.js';
export type { RouterOptions } from './routing/router.js';
export type { CookieOptions } from './set-cookie.js';
export type { SparkSettings, TrustProxySetting } from './settings.js';
export { Spark, Spark as App, Spark as Application } from './spark.js';
export { SparkContext } from './spark-context.js';
export type { SparkEvents } from './spark-events.js';
