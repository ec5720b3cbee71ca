import path from 'node:path';
import { root } from './root.mjs';

// They would make a package manager leave out what the build needs.
const MISLEADING = [
  'NODE_ENV',
  'npm_config_production',
  'npm_config_omit',
  'npm_config_only',
  'NPM_CONFIG_OMIT',
];

/** The environment for set-up, build and tests: the repository's own programs come first. */
export function environment(extra = {}) {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', ...extra };
  for (const name of MISLEADING) if (!(name in extra)) delete env[name];
  env.PATH = [path.join(root, 'node_modules/.bin'), env.PATH].filter(Boolean).join(path.delimiter);
  return env;
}
