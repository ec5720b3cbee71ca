// pnpm bench [suite …] [--quick]: the benchmarks against the peers.
import path from 'node:path';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { root } from './root.mjs';
import { provideServices } from './services.mjs';
import { startApp } from './start-app.mjs';

if (!(await install('all')) || !(await build('@spark-perf/bench'))) {
  console.error('The benchmarks could not be set up: see above.');
  process.exit(1);
}
for (const message of await provideServices(['redis-server', 'postgres', 'nginx', 'haproxy', 'wrk'])) {
  console.error(`${message} Suites that need it will say so.`);
}
process.exit(await startApp(path.join(root, 'apps/bench/dist/main.js'), process.argv.slice(2)));
