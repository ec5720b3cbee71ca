import { format } from '../src/view/format.js';
import { cpuTree, heapTree, hottest } from './call-tree.js';
import { flamegraph } from './flamegraph.js';

const TOP = 12;

/** Shows a profile as a flamegraph, with the hottest functions as a table, and offers the file. */
export function showProfile(place: HTMLElement, task: string, profile: unknown, fileName: string): void {
  const cpu = task === 'cpu-profile';
  const root = cpu
    ? cpuTree(profile as Parameters<typeof cpuTree>[0])
    : heapTree(profile as Parameters<typeof heapTree>[0]);
  const written = (value: number): string => (cpu ? format(value / 1_000, 'ms') : format(value, 'bytes'));

  const title = element('h2', cpu ? 'CPU profile' : 'Allocation sample');
  title.tabIndex = -1;
  const summary = element(
    'p',
    cpu
      ? `${written(root.total)} of CPU time sampled; waiting is left out.`
      : `${written(root.total)} allocated and still alive.`,
  );
  const picked = element('p', 'Press a frame to make it the whole.');
  picked.className = 'picked';

  const save = element('a', `Save ${fileName}`) as HTMLAnchorElement;
  save.className = 'button';
  save.download = fileName;
  save.href = URL.createObjectURL(new Blob([JSON.stringify(profile)], { type: 'application/json' }));
  const close = element('button', 'Close') as HTMLButtonElement;
  close.type = 'button';
  close.addEventListener('click', () => {
    URL.revokeObjectURL(save.href);
    place.replaceChildren();
    place.hidden = true;
    document.getElementById('main')?.focus();
  });
  const controls = document.createElement('p');
  controls.className = 'buttons';
  controls.append(save, close);

  const scroll = document.createElement('div');
  scroll.className = 'flame-scroll';
  scroll.append(flamegraph(root, written, (text) => (picked.textContent = text)));
  place.replaceChildren(title, summary, controls, scroll, picked, table(root, written));
  title.focus();
  title.scrollIntoView({ block: 'start' });
}

function table(root: ReturnType<typeof cpuTree>, written: (value: number) => string): HTMLElement {
  const grid = document.createElement('table');
  grid.className = 'grid';
  grid.append(element('caption', 'Functions that cost most themselves'));
  const head = grid.createTHead().insertRow();
  for (const name of ['Function', 'Where', 'Itself', 'Share']) {
    const cell = element('th', name) as HTMLTableCellElement;
    cell.scope = 'col';
    head.append(cell);
  }
  const body = grid.createTBody();
  for (const { name, place, self } of hottest(root, TOP)) {
    const row = body.insertRow();
    const first = element('th', name) as HTMLTableCellElement;
    first.scope = 'row';
    row.append(
      first,
      element('td', place),
      element('td', written(self)),
      element('td', format(self / (root.total || 1), 'ratio')),
    );
  }
  const scroll = document.createElement('div');
  scroll.className = 'scroll';
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-label', 'Functions that cost most themselves');
  scroll.append(grid);
  return scroll;
}

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
