import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './root.mjs';
import { run } from './run.mjs';

const DEADLINE = 15 * 60_000;
const DPKG = '/usr/bin/dpkg';

// Debian starts a server as soon as it is installed; policy-rc.d with 101 forbids that. Ours leaves with us.
const INSTALL = `
set -e
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
  trap 'exit 1' HUP INT TERM
fi
wait='-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3'
apt-get $wait install -y --no-install-recommends "$@" || {
  apt-get $wait update
  apt-get $wait install -y --no-install-recommends "$@"
}
`;

/**
 * Sees to it that programs are there: finds them, else installs them with apt-get where it may (root, or sudo without
 * a password, on Debian and its kin).
 *
 * @param {readonly string[]} names as in `binaries` of tools/test-services, which must have been built
 * @returns {Promise<string[]>} for each program that is still missing, one sentence that says what to do
 */
export async function provideServices(names) {
  const services = await import(pathToFileURL(path.join(root, 'tools/test-services/dist/index.js')).href);
  const missing = () => names.filter((name) => !present(services, name));
  const packages = [...new Set(missing().map((name) => services.binaries[name].debian))];
  if (packages.length > 0) await aptGet(packages);
  return missing().map((name) => complaint(services, name));
}

function present({ locateBinary }, name) {
  try {
    return locateBinary(name) !== undefined;
  } catch {
    return false; // an environment variable names something else
  }
}

function complaint({ findBinary }, name) {
  try {
    findBinary(name);
    return '';
  } catch (error) {
    return error.message;
  }
}

/** Installs Debian packages without starting their services. */
export async function aptGet(packages) {
  if (!existsSync(DPKG)) return;
  const isRoot = process.getuid?.() === 0;
  const sudo = isRoot ? [] : ['sudo', '-n'];
  if (!isRoot && (await run('sudo', ['-n', 'true'], { deadline: 10_000, quiet: true })).code !== 0) return;
  console.log(`Installing ${packages.join(', ')} with apt-get …`);
  const [command, ...args] = [...sudo, '/bin/sh', '-c', INSTALL, 'apt-get', ...packages];
  await run(command, args, { deadline: DEADLINE, quiet: true });
}
