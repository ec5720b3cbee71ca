// Asks the registry for known vulnerabilities in what users install: all packages together, with their dependencies,
// without optional peers. Says so where the registry does not offer audits.
import path from 'node:path';
import { scratchFolder } from '../setup/scratch-folder.mjs';
import { execute } from './execute.mjs';
import { pack } from './pack.mjs';
import { makeProject } from './project.mjs';
import { publicPackages } from './public-packages.mjs';

const scratch = scratchFolder('audit');
const tarballs = new Map();
for (const one of publicPackages()) tarballs.set(one.name, await pack(one, scratch));
const project = path.join(scratch, 'project');
await makeProject(project, tarballs);
try {
  console.log(await execute(project, 'npm', ['audit', '--omit=dev', '--audit-level=high']));
} catch (error) {
  const notOffered = /audit endpoint returned an error|ENOAUDIT/.test(error.message);
  console.log(notOffered ? 'The registry offers no audits.' : error.message);
  process.exitCode = notOffered ? 0 : 1;
}
