export type { Middlewares } from './composed.js';
export { HostContext } from './host-context.js';
export type { HostFacts } from './host-facts.js';
export { sparkContext } from './spark-context.js';
