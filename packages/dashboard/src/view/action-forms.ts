import type { Snapshot } from '../snapshot/snapshot.js';
import type { Html } from './html.js';
import { html } from './html.js';
import type { ViewState } from './view-state.js';

interface Task {
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly warning: string;
  readonly seconds: number | null;
}

const TASKS: readonly Task[] = [
  {
    name: 'cpu-profile',
    title: 'CPU profile',
    text: 'Where the process spends its time, as a flamegraph.',
    warning: 'Costs some CPU while it runs.',
    seconds: 10,
  },
  {
    name: 'heap-profile',
    title: 'Allocation sample',
    text: 'Who allocates what stays alive, as a flamegraph.',
    warning: 'Costs some CPU while it runs.',
    seconds: 30,
  },
  {
    name: 'heap-snapshot',
    title: 'Heap snapshot',
    text: 'Every object, as a file for DevTools.',
    warning: 'The process stands still while it is made, and the file holds every secret in memory.',
    seconds: null,
  },
];

/** What can be done to a process, each behind a confirmation. Works as plain forms, too. */
export function actionForms({ processes }: Snapshot, { token, maxSeconds }: ViewState): Html {
  return html`<h2>Diagnose</h2>
    <div class="tasks">
      ${TASKS.map(
        ({ name, title, text, warning, seconds }) =>
          html`<form
            class="task"
            method="post"
            action="api/actions/${name}"
            data-action
            data-task="${name}"
            aria-label="${title}"
          >
            <h3>${title}</h3>
            <p>${text}</p>
            <input type="hidden" name="token" value="${token}" />
            <p class="fields">
              <label
                >Process
                <select name="process">
                  ${processes
                    .filter(({ own }) => own || seconds !== null)
                    .map(
                      ({ pid, name: process }) => html`<option value="${pid}">${process} (${pid})</option>`,
                    )}
                </select>
              </label>
              ${
                seconds !== null &&
                html`<label
                  >Seconds
                  <input
                    name="seconds"
                    type="number"
                    min="1"
                    max="${maxSeconds}"
                    value="${Math.min(seconds, maxSeconds)}"
                    required
                  />
                </label>`
              }
            </p>
            <details class="confirm" data-key="confirm">
              <summary>${title}…</summary>
              <p>${warning}</p>
              <button>Make the ${title.charAt(0) === 'C' ? title : title.toLowerCase()}</button>
            </details>
          </form>`,
      )}
    </div>`;
}
