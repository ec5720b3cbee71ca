// pnpm rehearse-release: publishes every package to a registry of its own, from a scratch clone, and uses what was
// published the way users will. Touches neither the repository nor any other registry. Prints one line for each test.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { compileAndRun, loadAsCjs, loadAsEsm, placeFixtures, uses } from '../consumers/consumers.mjs';
import { execute } from '../consumers/execute.mjs';
import { packageFaults } from '../consumers/package-faults.mjs';
import { addPeers } from '../consumers/project.mjs';
import { publicPackages } from '../consumers/public-packages.mjs';
import { countedTests } from '../setup/counted-tests.mjs';
import { scratchFolder } from '../setup/scratch-folder.mjs';
import { runDemo } from './demo.mjs';
import { nodes } from './nodes.mjs';
import { startRegistry } from './registry.mjs';
import { addChangeset, manifestOf, release } from './release.mjs';
import { scratchClone } from './scratch-clone.mjs';

const CORE = '@spark-perf/core';
const scratch = scratchFolder('rehearsal');
const { test, none, finish } = countedTests();
const packages = publicPackages();
const names = packages.map(({ name }) => name);
const entries = packages.flatMap((one) => one.entries);
const withNames = packages.flatMap((one) => one.entries.filter((entry) => !one.effects.includes(entry)));
const clone = path.join(scratch, 'clone');
const inClone = ({ folder }) => path.join(clone, 'packages', path.basename(folder));
const versions = () => new Map(packages.map((one) => [one.name, manifestOf(inClone(one)).version]));

function emptyProject(name) {
  const folder = path.join(scratch, name);
  mkdirSync(folder);
  writeFileSync(
    path.join(folder, 'package.json'),
    '{ "name": "consumer", "private": true, "type": "module" }\n',
  );
  return folder;
}
const npm = (folder, ...args) =>
  execute(folder, 'npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], 5 * 60_000);
const faultsIn = (found) =>
  Object.entries(found).flatMap(([entry, exported]) =>
    typeof exported === 'string' ? [`${entry}: ${exported}`] : [],
  );

await test('the clone installs and builds', () => scratchClone(clone));
const programs = await nodes(path.join(scratch, 'nodes'));
const registry = await startRegistry(path.join(scratch, 'registry'));
// From here on npm and pnpm know no other registry.
Object.assign(process.env, {
  npm_config_registry: registry.url,
  npm_config_userconfig: registry.userconfig,
  npm_config_cache: path.join(scratch, 'npm-cache'),
});

await test('every package is published in its first version', async () => {
  const printed = await release(clone);
  none(
    names
      .filter((name) => !printed.includes(`${name}@${versions().get(name)}`))
      .map((name) => `${name} is not`),
  );
  none(names.filter((name) => versions().get(name) === '0.0.0').map((name) => `${name} has no changeset`));
});
for (const { name, manifest } of packages) {
  await test(`${name} alone brings no sibling and no optional backend`, async () => {
    const project = emptyProject(`alone-${path.basename(name)}`);
    await npm(project, 'install', name);
    none(packageFaults(path.join(project, 'node_modules', name)));
    const siblings = readdirSync(path.join(project, 'node_modules/@spark-perf')).map(
      (one) => `@spark-perf/${one}`,
    );
    none(siblings.filter((one) => one !== name && one !== CORE));
    const installed = new Set(readdirSync(path.join(project, 'node_modules')));
    none(Object.keys(manifest.peerDependenciesMeta ?? {}).filter((peer) => installed.has(peer)));
    placeFixtures(project);
    none([...faultsIn(await loadAsEsm(project, [name])), ...faultsIn(await loadAsCjs(project, [name]))]);
  });
}

const together = emptyProject('together');
await test('all install together', async () => {
  await npm(together, 'install', ...names);
  await addPeers(together, packages);
  placeFixtures(together);
});
for (const [version, node] of programs) {
  await test(`every entry loads on ${version}`, async () =>
    none([
      ...faultsIn(await loadAsEsm(together, entries, node)),
      ...faultsIn(await loadAsCjs(together, entries, node)),
    ]));
  for (const [how, use] of Object.entries(uses))
    await test(`works on ${version} from ${how}`, () => use(together, node));
}
for (const type of ['esm', 'cjs']) {
  await test(`compiles and runs from TypeScript, ${type.toUpperCase()}`, () =>
    compileAndRun(together, withNames, type));
}
await test('the demo runs on the published packages', () => runDemo(path.join(clone, 'apps/demo'), scratch));

await test('a minor of core patches the packages that stand on it', async () => {
  const before = versions();
  addChangeset(clone, 'a-feature', { [CORE]: 'minor' }, 'A feature, for the rehearsal.');
  await release(clone);
  const after = versions();
  none(
    names.filter((name) => before.get(name) === after.get(name)).map((name) => `${name} keeps its version`),
  );
});
await test('users of the first versions upgrade to the second ones', async () => {
  await npm(together, 'update');
  const installed = (name) => manifestOf(path.join(together, 'node_modules', name));
  none(
    [...versions()]
      .filter(([name, version]) => installed(name).version !== version)
      .map(([name, version]) => `${name} ${installed(name).version} is installed, not ${version}`),
  );
  const wanted = `^${versions().get(CORE)}`;
  none(
    names
      .filter((name) => name !== CORE && installed(name).dependencies[CORE] !== wanted)
      .map((name) => `${name} asks for core ${installed(name).dependencies[CORE]}, not ${wanted}`),
  );
  none([...faultsIn(await loadAsEsm(together, entries)), ...faultsIn(await loadAsCjs(together, entries))]);
});
registry.stop();
finish();
