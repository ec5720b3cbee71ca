export { answer } from './answer.js';
export { answerError } from './answer-error.js';
export type { ErrorAnswer, Problem } from './answer-error.js';
export { backoffDelay } from './backoff.js';
export type { BackoffOptions } from './backoff.js';
export { captureResponse } from './capture-response.js';
export type { CaptureOptions, ResponseCapture } from './capture-response.js';
export type { CapturedHead, CapturedResponse, RawHeader } from './captured-response.js';
export { parseCidr } from './cidr.js';
export type { AddressMatcher } from './cidr.js';
export { CircuitBreaker, CircuitOpenError } from './circuit-breaker.js';
export type { CircuitBreakerStats, CircuitState, CircuitTicket } from './circuit-state.js';
export type { CircuitBreakerEvents } from './circuit-breaker-events.js';
export type { CircuitBreakerMiddlewareOptions } from './circuit-breaker-middleware.js';
export { CIRCUIT_BREAKER_DEFAULTS } from './circuit-breaker-options.js';
export type { CircuitBreakerOptions } from './circuit-breaker-options.js';
export { clientIp } from './client-ip.js';
export { systemClock } from './clock.js';
export type { Clock, Timer, TimerOptions } from './clock.js';
export { isClosable } from './closable.js';
export type { Closable } from './closable.js';
export { compose, NextCalledTwiceError } from './compose.js';
export type { Context } from './context.js';
export { withDeadline } from './deadline.js';
export type { DeadlineOptions } from './deadline.js';
export { delay } from './delay.js';
export type { DelayOptions } from './delay.js';
export { DONE } from './done.js';
export { Emitter } from './emitter.js';
export type { EventSource, Listener, Unsubscribe } from './emitter.js';
export { isSparkPerfError, SparkPerfError } from './errors.js';
export type { SparkPerfErrorOptions } from './errors.js';
export { forwardedAddresses } from './forwarded-for.js';
export { HOP_BY_HOP } from './hop-by-hop.js';
export { every } from './interval.js';
export { InvalidOptionError } from './invalid-option-error.js';
export { canonicalAddress, formatAddress, maskAddress, parseAddress } from './ip-address.js';
export type { AddressBytes } from './ip-address.js';
export { LatencyHistogram } from './latency-histogram.js';
export type { LatencyHistogramData } from './latency-histogram.js';
export { LinkedQueue } from './linked-queue.js';
export type { QueueNode } from './linked-queue.js';
export { silentLogger } from './logger.js';
export type { Logger } from './logger.js';
export { acceptsNamed } from './media-type.js';
export type { MetricFamily, MetricSample, MetricSource } from './metric-family.js';
export { labelName, metricName } from './metric-text.js';
export type { Middleware, Next } from './middleware.js';
export { onQueuedResponseLost } from './on-queued-response-lost.js';
export { onResponseClose } from './on-response-close.js';
export { OPEN_METRICS_TYPE, openMetricsChunks, renderOpenMetrics } from './open-metrics.js';
export {
  booleanOption,
  clockOption,
  enumOption,
  functionOption,
  integerOption,
  numberOption,
  optionsObject,
  randomOption,
  ratioOption,
  stringOption,
} from './option-rules.js';
export type { NumberRule } from './option-rules.js';
export { PathPrefix } from './path-prefix.js';
export { printable } from './printable.js';
export { PROMETHEUS_TYPE, prometheusChunks, renderPrometheus } from './prometheus-text.js';
export { seededRandom, systemRandom } from './random.js';
export type { Random } from './random.js';
export { replayResponse } from './replay-response.js';
export { canonicalQuery, requestTarget } from './request-target.js';
export type { RequestTarget } from './request-target.js';
export { Semaphore, SemaphoreTimeoutError } from './semaphore.js';
export type { Release, SemaphoreAcquireOptions, SemaphoreOptions } from './semaphore.js';
export { trustCheck } from './trust-proxy.js';
export type { TrustCheck, TrustProxy } from './trust-proxy.js';
export type { Bytes, Milliseconds, Ratio } from './units.js';
