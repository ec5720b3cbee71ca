// Packs every public package, installs the tarballs into an empty project outside the workspace, and uses them there
// the ways users do. Needs the packages built. Prints one line for each test.
import path from 'node:path';
import { countedTests } from '../setup/counted-tests.mjs';
import { scratchFolder } from '../setup/scratch-folder.mjs';
import { compileAndRun, loadAsCjs, loadAsEsm, placeFixtures, uses } from './consumers.mjs';
import { pack } from './pack.mjs';
import { addPeers, makeProject } from './project.mjs';
import { publicPackages } from './public-packages.mjs';
import { tarballFaults } from './tarball-faults.mjs';

const scratch = scratchFolder('consumers');
const { test, none, finish } = countedTests();
const packages = publicPackages();
const tarballs = new Map();
for (const one of packages) {
  await test(`${one.name} packs what it should`, async () => {
    const tarball = await pack(one, scratch);
    tarballs.set(one.name, tarball);
    none(await tarballFaults(tarball));
  });
}
const entries = packages.filter(({ name }) => tarballs.has(name)).flatMap((one) => one.entries);
const effects = new Set(packages.flatMap((one) => one.effects));
const mains = [...tarballs.keys()];
const project = path.join(scratch, 'project');
const faultsIn = (names) =>
  Object.entries(names).flatMap(([entry, found]) => {
    if (typeof found === 'string') return [`${entry}: ${found}`];
    return (found.length === 0) === effects.has(entry) ? [] : [`${entry} exports ${found.length} names`];
  });

await test('all install together, with npm, into an empty project', () => makeProject(project, tarballs));
await test('every main entry loads without optional peers, as ESM and CJS', async () => {
  placeFixtures(project);
  none([...faultsIn(await loadAsEsm(project, mains)), ...faultsIn(await loadAsCjs(project, mains))]);
});
await test('the optional peers install beside them', () => addPeers(project, packages));
await test('every entry loads, and exports the same names as ESM and CJS', async () => {
  const esm = await loadAsEsm(project, entries);
  const cjs = await loadAsCjs(project, entries);
  const uneven = entries.filter((entry) => String(esm[entry]) !== String(cjs[entry]));
  none([
    ...faultsIn(esm),
    ...faultsIn(cjs),
    ...uneven.map((entry) => `${entry}: ESM ${esm[entry]}, CJS ${cjs[entry]}`),
  ]);
});
for (const [name, use] of Object.entries(uses)) await test(`works from ${name}`, () => use(project));
for (const type of ['esm', 'cjs']) {
  await test(`compiles and runs from TypeScript, ${type.toUpperCase()}`, () =>
    compileAndRun(
      project,
      entries.filter((entry) => !effects.has(entry)),
      type,
    ));
}
finish();
