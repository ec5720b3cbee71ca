export type { Middlewares } from './composed.js';
export { sparkContext } from './spark-context.js';
