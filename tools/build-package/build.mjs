// Builds the package in the current folder: two plain tsc passes, dist/esm and dist/cjs, side by side.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const run = (project) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [tsc, '-p', project], { stdio: 'inherit' });
    child.on('exit', (code) => resolve(code ?? 1));
  });

rmSync('dist', { recursive: true, force: true });
const codes = await Promise.all([run('tsconfig.build.json'), run('tsconfig.cjs.json')]);
mkdirSync('dist/cjs', { recursive: true });
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
process.exitCode = Math.max(...codes);
