import type { Snapshot } from '../snapshot/snapshot.js';
import { actionForms } from './action-forms.js';
import { cardView } from './card-view.js';
import { eventList } from './event-list.js';
import { heatmap } from './heatmap.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { pageHeader } from './page-header.js';
import { routesTable } from './routes-table.js';
import { runtimeTable } from './runtime-table.js';
import { runtimeTiles } from './runtime-tiles.js';
import { trafficTiles } from './traffic-tiles.js';
import type { ViewState } from './view-state.js';

/** The panels of the page by the id of their place. The server paints them first, the page again with each snapshot. */
export function panels(snapshot: Snapshot, state: ViewState): Readonly<Record<string, Html | null>> {
  const { traffic, cards } = snapshot;
  return {
    summary: pageHeader(snapshot),
    traffic: trafficTiles(snapshot, state),
    runtime: runtimeTiles(snapshot, state),
    latency:
      traffic === null
        ? null
        : html`<h2>Latency</h2>
            ${heatmap(state.history)}`,
    events: eventList(snapshot),
    routes: routesTable(snapshot, state),
    processes: runtimeTable(snapshot),
    engines:
      cards.length === 0
        ? null
        : html`<h2 class="sr">Engines</h2>
            ${cards.map((card) => cardView(card, state))}`,
    actions: state.actions ? actionForms(snapshot, state) : null,
  };
}
