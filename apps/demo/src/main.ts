import { fileURLToPath } from 'node:url';
import { readSettings, SettingsError } from './settings.js';
import { runSystem } from './system.js';

const here = fileURLToPath(import.meta.url);

try {
  const data = fileURLToPath(new URL('../data', import.meta.url));
  await runSystem(readSettings(process.env, data, process.argv.slice(2)), here);
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
}
