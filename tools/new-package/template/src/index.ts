export { __Name__ } from './__name__.js';
export type { __Name__Options } from './options.js';
export { __NAME___DEFAULTS } from './options.js';
