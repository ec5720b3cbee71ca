// npm run demo: installs and builds what the demo needs, then runs it.
import path from 'node:path';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { root } from './root.mjs';
import { startApp } from './start-app.mjs';

const ready = (await install('demo')) && (await build('@spark-perf/demo'));
if (!ready) {
  console.error('The demo could not be set up: see above.');
  process.exit(1);
}
process.exit(await startApp(path.join(root, 'apps/demo/dist/main.js'), process.argv.slice(2)));
