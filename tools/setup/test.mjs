// npm test [-- jest arguments]: sets up, builds and runs every test. With --soak in the full counts.
import { runChecks } from './checks.mjs';

const args = process.argv.slice(2);
const soak = args.includes('--soak');
process.exitCode = await runChecks({ soak, suites: true, jestArgs: args.filter((arg) => arg !== '--soak') });
