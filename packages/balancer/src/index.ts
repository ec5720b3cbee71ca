export type { DiscoverOptions } from './discovery/dns-discovery.js';
export { BalancerClosedError, NoServerError, UnknownServerError, UpstreamError } from './errors.js';
export type { UpstreamFailure } from './errors.js';
export type { LoadBalancerEvents } from './events.js';
export type { BodyCheck, HealthCheckOptions } from './health/health-check-options.js';
export type { OutlierOptions } from './health/outlier-options.js';
export type { SlowStartOptions } from './health/slow-start.js';
export { LoadBalancer } from './load-balancer.js';
export type { LoadBalancerOptions, QueueOptions, RetryOptions, TimeoutOptions } from './options.js';
export type { AlgorithmName } from './picking/create-picker.js';
export { PeakEwma } from './picking/peak-ewma.js';
export type { PickableServer, PickContext, Picker } from './picking/picker.js';
export type { StickyOptions } from './picking/sticky-cookie.js';
export { HashPicker } from './pickers/hash-picker.js';
export { LeastConnectionsPicker } from './pickers/least-connections-picker.js';
export { RandomPicker } from './pickers/random-picker.js';
export { ResponseTimePicker } from './pickers/response-time-picker.js';
export { RoundRobinPicker } from './pickers/round-robin-picker.js';
export { SmoothWeightedPicker } from './pickers/smooth-weighted-picker.js';
export { TwoChoicesPicker } from './pickers/two-choices-picker.js';
export type { FieldList } from './proxy/field-list.js';
export type { ForwardedMode } from './proxy/forwarded-fields.js';
export type { IncomingResponse, OutgoingRequest } from './proxy/hooks.js';
export { LOAD_BALANCER_DEFAULTS } from './resolve-options.js';
export type { DrainOptions } from './servers/membership.js';
export type { ServerOptions, UpstreamTarget } from './servers/server-options.js';
export type {
  Draining,
  Ejected,
  EjectionReason,
  Healthy,
  Probing,
  Removed,
  ServerState,
} from './servers/server-state.js';
export type { LoadBalancerStats, ServerStats } from './stats.js';
export type {
  TransportFactory,
  TransportOptions,
  UpstreamConnection,
  UpstreamHandler,
  UpstreamRequest,
  UpstreamTransport,
} from './transport/upstream-transport.js';
export { undiciTransport } from './transport/undici-transport.js';
export type { UpgradeHost, UpgradeOptions } from './upgrade-listener.js';
