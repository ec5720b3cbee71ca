import type { HistoryData } from '../src/snapshot/history.js';
import { History } from '../src/snapshot/history.js';
import type { Snapshot } from '../src/snapshot/snapshot.js';
import { panels } from '../src/view/panels.js';
import type { ViewState } from '../src/view/view-state.js';
import { sortingFrom } from '../src/view/view-state.js';
import { followActions } from './actions.js';
import { Announcer } from './announcer.js';
import { LiveConnection } from './live-connection.js';
import { paint } from './paint.js';

const meta = document.querySelector<HTMLMetaElement>('meta[name=token]');
let history = new History();
let latest: Snapshot | undefined;
let state: Omit<ViewState, 'history'> = {
  sorting: sortingFrom(new URLSearchParams(location.search).get('sort')),
  token: meta?.content ?? '',
  canLogOut: false,
  actions: meta?.dataset['actions'] === 'yes',
  maxSeconds: Number(meta?.dataset['maxSeconds'] ?? 60),
};

const announcer = new Announcer();
const connection = new LiveConnection({
  onHistory: (data: HistoryData) => (history = History.fromJSON(data)),
  onSnapshot(snapshot) {
    latest = snapshot;
    history.push(snapshot.at, snapshot.points, snapshot.traffic?.heat ?? []);
    announcer.tell(snapshot.status);
    draw();
  },
});

function draw(): void {
  // A page in the background is painted when it is looked at again.
  if (latest === undefined || document.hidden) return;
  paint(panels(latest, { ...state, history }));
}

document.addEventListener('visibilitychange', draw);

// Sorting is a form of its own: here it needs no round trip.
document.addEventListener('submit', (event) => {
  const form = event.target as HTMLFormElement;
  if (form.id !== 'sort' || latest === undefined) return;
  event.preventDefault();
  const { value } = event.submitter as HTMLButtonElement;
  state = { ...state, sorting: sortingFrom(value) };
  const url = new URL(location.href);
  url.searchParams.set('sort', value);
  window.history.replaceState(null, '', url);
  draw();
});

followActions();
connection.open();
