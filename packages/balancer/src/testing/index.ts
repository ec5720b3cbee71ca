export type { Probe, ProbeCase } from './wire-probe/probe-case.js';
export { RawClient } from './wire-probe/raw-client.js';
export { RawUpstream } from './wire-probe/raw-upstream.js';
export type { RawRequest } from './wire-probe/raw-upstream.js';
export { PROBE_CASES, runProbeCase } from './wire-probe/run-probe.js';
export { simulate } from './simulate.js';
export type { SimulationOptions, SimulationResult } from './simulate.js';
