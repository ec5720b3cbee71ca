// Checks the package in the current folder as npm would publish it: publint --strict and attw --pack.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
const programs = [
  ['publint/src/cli.js', '--strict', '--pack', 'pnpm'],
  // node16: subpaths can't satisfy the resolution of Node 10.
  ['@arethetypeswrong/cli/dist/index.js', '--pack', '.', '--profile', 'node16', '--no-emoji'],
];

const run = ([file, ...args]) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(modules, file), ...args], { stdio: 'inherit' });
    child.once('exit', (code) => resolve(code ?? 1));
  });
// One after the other: both pack into this folder.
let worst = 0;
for (const program of programs) worst = Math.max(worst, await run(program));
process.exitCode = worst;
