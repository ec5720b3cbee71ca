export { __Name__ } from './__name__.js';
export type { __Name__Stats } from './__name__.js';
export type { __Name__Events } from './events.js';
export type { __Name__Options } from './options.js';
