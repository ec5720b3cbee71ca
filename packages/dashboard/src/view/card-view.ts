import type { Bar, Card, CardTable, Cell, RowAction } from '../snapshot/card.js';
import { format } from './format.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { sparkline } from './sparkline.js';
import { statusBadge } from './status-badge.js';
import type { ViewState } from './view-state.js';

/** One engine. */
export function cardView(card: Card, state: ViewState): Html {
  const { id, title, status, figures, bars, table, chart } = card;
  return html`<article
    class="card ${table !== null && table.columns.length > 3 && 'wide'}"
    aria-label="${title}"
    data-key="${id}"
  >
    <header>
      <h3>${title}</h3>
      ${statusBadge(status)}
    </header>
    <dl class="figures">
      ${figures.map(
        ({ label, value, unit }) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${format(value, unit)}</dd>
          </div>`,
      )}
    </dl>
    ${bars.map(barView)} ${table !== null && tableView(table, state)}
    ${
      chart !== null &&
      sparkline(state.history, {
        caption: `${chart.label}, 5 min`,
        label: `${title}, ${chart.label}`,
        unit: chart.unit,
        series: chart.series,
      })
    }
  </article>`;
}

function barView({ label, parts, ratio }: Bar): Html {
  const whole = parts.reduce((sum, { value }) => sum + value, 0);
  let x = 0;
  const segments = parts.map(({ value, tone }) => {
    const width = whole > 0 ? (value / whole) * 100 : 0;
    const segment = html`<rect
      class="${tone}"
      x="${x.toFixed(2)}"
      width="${width.toFixed(2)}"
      height="10"
    />`;
    x += width;
    return width > 0 && segment;
  });
  return html`<div class="bar">
    <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">${segments}</svg>
    <p>
      <b>${label}${ratio !== undefined && ` ${format(ratio, 'ratio')}`}</b>
      ${parts.map(({ label: name, value, tone }) => html`<span class="key ${tone}">${format(value, 'count')} ${name}</span>`)}
    </p>
  </div>`;
}

function tableView({ caption, columns, rows }: CardTable, state: ViewState): Html {
  const acts = state.actions && rows.some(({ action }) => action !== undefined);
  // Words begin at the left, numbers end at the right.
  const words = columns.map((_, i) => rows.length > 0 && rows.every(({ cells }) => !('value' in cells[i]!)));
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table class="grid">
      <caption class="sr">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((column, i) => html`<th scope="col" ${words[i] && html` class="words"`}>${column}</th>`)}${acts && html`<th scope="col">Action</th>`}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ cells, action }, i) =>
            html`<tr data-key="${action?.target ?? i}">
              ${cells.map((cell, column) => (column === 0 ? html`<th scope="row">${cellView(cell)}</th>` : html`<td${words[column] && html` class="words"`}>${cellView(cell)}</td>`))}
              ${acts && html`<td>${action !== undefined && actionView(action, state.token)}</td>`}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function cellView(cell: Cell): Html | string {
  if ('value' in cell) return format(cell.value, cell.unit);
  return 'level' in cell ? statusBadge(cell) : cell.text;
}

function actionView({ action, source, target }: RowAction, token: string): Html {
  const word = action === 'drain' ? 'Drain' : 'Restore';
  const consequence = action === 'drain' ? 'It gets no new requests.' : 'It gets requests again.';
  return html`<details class="confirm" data-key="${action}">
    <summary>${word}<span class="sr"> ${target}</span></summary>
    <form method="post" action="api/actions/${action}" data-action>
      <input type="hidden" name="token" value="${token}" />
      <input type="hidden" name="source" value="${source}" />
      <input type="hidden" name="target" value="${target}" />
      <p>${consequence}</p>
      <button>${word} ${target}</button>
    </form>
  </details>`;
}
