export { report } from './cluster/report.js';
export type { Reporting, ReportOptions } from './cluster/report.js';
export type { SourceOption, SourceOptions } from './sources/named-sources.js';
export type { Source } from './sources/source.js';
