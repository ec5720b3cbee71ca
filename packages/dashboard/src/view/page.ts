import type { Snapshot } from '../snapshot/snapshot.js';
import { html } from './html.js';
import { panels } from './panels.js';
import type { ViewState } from './view-state.js';

/** Where the page finds what belongs to it: relative URLs. */
export interface AssetUrls {
  readonly script: string;
  readonly style: string;
  readonly icon: string;
}

const PLACES = ['traffic', 'runtime', 'latency', 'events', 'routes', 'processes', 'engines', 'actions'];

/** The whole page. It is complete and usable before, and without, any script. */
export function page(snapshot: Snapshot, state: ViewState, assets: AssetUrls): string {
  const parts = panels(snapshot, state);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          name="token"
          content="${state.token}"
          data-max-seconds="${state.maxSeconds}"
          data-actions="${state.actions ? 'yes' : 'no'}"
        />
        <title>Spark dashboard</title>
        <link rel="icon" href="${assets.icon}" type="image/svg+xml" />
        <link rel="stylesheet" href="${assets.style}" />
        <script type="module" src="${assets.script}"></script>
        <noscript><meta http-equiv="refresh" content="10" /></noscript>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the figures</a>
        <header class="top">
          <h1><img src="${assets.icon}" alt="" width="22" height="22" />Spark</h1>
          <div id="summary">${parts['summary']}</div>
          <p class="controls">
            <span id="live" role="status">Still picture</span
            ><button id="pause" type="button" hidden aria-pressed="false">Pause</button>${
              state.canLogOut &&
              html`<form method="post" action="logout">
                <input type="hidden" name="token" value="${state.token}" /><button>Log out</button>
              </form>`
            }
          </p>
        </header>
        <main id="main" tabindex="-1">
          ${PLACES.map((id) => html`<section id="${id}" ${parts[id] === null ? html` hidden` : null}>${parts[id]}</section> `)}
          <section id="result" hidden aria-live="polite"></section>
        </main>
      </body>
    </html> `.text;
}
