// Checks the package in the current folder as npm would publish it: publint --strict and attw --pack.
import { spawnSync } from 'node:child_process';

const run = (command, args) => spawnSync(command, args, { stdio: 'inherit', shell: false }).status ?? 1;
const codes = [
  run('publint', ['--strict', '--pack', 'pnpm']),
  // node16: subpaths can't satisfy the resolution of Node 10.
  run('attw', ['--pack', '.', '--profile', 'node16', '--no-emoji']),
];
process.exitCode = Math.max(...codes);
