import { html } from './html.js';
import type { AssetUrls } from './page.js';

/** Asks for the password. */
export function loginPage(assets: AssetUrls, failed: boolean): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Log in – Spark dashboard</title>
        <link rel="icon" href="${assets.icon}" type="image/svg+xml" />
        <link rel="stylesheet" href="${assets.style}" />
      </head>
      <body class="login">
        <main>
          <h1><img src="${assets.icon}" alt="" width="28" height="28" />Spark dashboard</h1>
          <form method="post" action="login">
            <label for="password">Password</label>
            <input
              id="password"
              name="password"
              type="password"
              autocomplete="current-password"
              required
              autofocus${failed && html` aria-invalid="true" aria-describedby="wrong"`}
            />
            ${failed && html`<p id="wrong" class="status bad" role="alert">That is not the password.</p>`}
            <button>Log in</button>
          </form>
        </main>
      </body>
    </html> `.text;
}
