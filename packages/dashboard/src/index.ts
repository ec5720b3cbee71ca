export { dashboard } from './create-dashboard.js';
export type { DashboardMiddleware } from './create-dashboard.js';
export { Dashboard } from './dashboard.js';
export type { DashboardStats } from './dashboard.js';
export type { DashboardEvents } from './events.js';
export type { FeedEntry, Level } from './feed/feed-entry.js';
export { DASHBOARD_DEFAULTS } from './options.js';
export type { Authorize, DashboardOptions } from './options.js';
export type { Bar, BarPart, Card, CardTable, Cell, Figure, RowAction, Unit } from './snapshot/card.js';
export type {
  Memory,
  ProcessView,
  RouteRow,
  Runtime,
  RuntimeRow,
  Snapshot,
  Status,
  Traffic,
} from './snapshot/snapshot.js';
export type { SourceOption, SourceOptions } from './sources/named-sources.js';
export type { Source } from './sources/source.js';
export type { SourceKind } from './sources/source-kind.js';
