import { fileURLToPath } from 'node:url';
import { createApi } from './api.js';
import { importCities } from './cities/import-cities.js';
import { progressBar } from './cities/progress-bar.js';
import { connector } from './databases/connect.js';
import { SingleConnectionDatabase } from './databases/single-connection-database.js';
import { readSettings, SettingsError } from './settings.js';

const here = fileURLToPath(import.meta.url);

async function main(): Promise<void> {
  const settings = readSettings(process.env, fileURLToPath(new URL('../data', import.meta.url)));
  const database = await SingleConnectionDatabase.open(connector(settings));
  await importCities(database, {
    from: here,
    onProgress: progressBar('Importing 135,233 cities', process.stdout),
  });
  const app = createApi(database);
  await app.listen(settings.port, settings.host);
  console.log(`Cities API   http://${settings.host}:${settings.port}/cities?q=istanb`);
  console.log('Stop         Ctrl-C');
  const stop = async (): Promise<void> => {
    await app.close();
    await database.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
}

main().catch((error: unknown) => {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
});
