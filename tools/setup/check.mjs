// pnpm check: lint, types, tests, package checks and unused code; the quicker part of `pnpm test`.
import { runChecks } from './checks.mjs';

process.exitCode = await runChecks({ soak: false, suites: false, jestArgs: process.argv.slice(2) });
