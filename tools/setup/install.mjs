import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkNode } from './check-node.mjs';
import { pnpm } from './pnpm.mjs';
import { root } from './root.mjs';
import { run } from './run.mjs';

const FOLDERS = ['packages', 'apps', 'tools'];
const DEADLINE = 20 * 60_000;
const stampFile = (scope) => path.join(root, 'node_modules/.cache/spark-perf', `installed-${scope}`);

/**
 * Installs what the lockfile says, unless that is done already: everything, or with the scope `demo` only what the
 * demo and its build need.
 *
 * @param {'all' | 'demo'} scope
 * @returns {Promise<boolean>} whether it worked
 */
export async function install(scope) {
  checkNode();
  const projects = workspaceProjects();
  const fingerprint = fingerprintOf(projects);
  const done = scope === 'demo' ? ['all', 'demo'] : ['all'];
  if (done.some((name) => isInstalled(name, fingerprint, projects))) return true;
  console.log(`Installing dependencies (${scope === 'demo' ? 'of the demo' : 'all'}) …`);
  for (const name of ['all', 'demo']) rmSync(stampFile(name), { force: true });
  const [command, ...args] = pnpm();
  const filter = scope === 'demo' ? ['--filter', 'spark-perf', '--filter', '@spark-perf/demo...'] : [];
  const flags = [
    '--frozen-lockfile',
    '--prod=false',
    '--config.confirmModulesPurge=false',
    '--reporter=append-only',
  ];
  const { code } = await run(command, [...args, 'install', ...flags, ...filter], {
    deadline: DEADLINE,
    quiet: true,
  });
  if (code !== 0) return false;
  mkdirSync(path.dirname(stampFile(scope)), { recursive: true });
  writeFileSync(stampFile(scope), fingerprint);
  return true;
}

function workspaceProjects() {
  return FOLDERS.flatMap((folder) =>
    readdirSync(path.join(root, folder)).map((name) => path.join(folder, name)),
  ).filter((project) => existsSync(path.join(root, project, 'package.json')));
}

/** Changes when the lockfile, a manifest, the settings or the Node version does. */
function fingerprintOf(projects) {
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc', 'package.json'];
  for (const project of projects) files.push(path.join(project, 'package.json'));
  const hash = createHash('sha256').update(`${process.version} ${process.platform} ${process.arch}`);
  for (const file of files.sort()) hash.update(`\0${file}\0`).update(readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

function isInstalled(scope, fingerprint, projects) {
  const stamp = stampFile(scope);
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== fingerprint) return false;
  const checked = scope === 'all' ? projects.filter(hasDependencies) : ['apps/demo'];
  return checked.every((project) => existsSync(path.join(root, project, 'node_modules')));
}

function hasDependencies(project) {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(path.join(root, project, 'package.json'), 'utf8'),
  );
  return Object.keys({ ...dependencies, ...devDependencies }).length > 0;
}
