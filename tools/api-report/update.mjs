// pnpm api-report: writes `api.md` of every built package.
import { writeFileSync } from 'node:fs';
import { isBuilt } from '../consumers/is-built.mjs';
import { publicPackages } from '../consumers/public-packages.mjs';
import { reportFile } from './report-file.mjs';
import { reportOf } from './report-of.mjs';

for (const one of publicPackages()) {
  if (isBuilt(one)) writeFileSync(reportFile(one), reportOf(one));
  else console.log(`${one.name} is not built: its report stays as it is`);
}
