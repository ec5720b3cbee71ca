/** Where an outside program comes from. */
export interface BinarySource {
  /** Environment variable that names the program, or (with `folder`) the folder it is in. */
  readonly env: string;
  readonly folder?: boolean;
  /** Names it goes by, best first. */
  readonly names: readonly string[];
  /** Usual install folders outside PATH; one `*` stands for any folder name, the highest version wins. */
  readonly folders: readonly string[];
  /** The Debian package that holds it. */
  readonly debian: string;
}

const postgres = { env: 'POSTGRES_BIN', folder: true, debian: 'postgresql' };
const postgresFolders = [
  '/usr/lib/postgresql/*/bin',
  '/usr/pgsql-*/bin',
  '/usr/local/pgsql/bin',
  '/opt/homebrew/opt/postgresql*/bin',
  '/usr/local/opt/postgresql*/bin',
];
const usual = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/** Every outside program that tests and benchmarks use. */
export const binaries = {
  'redis-server': {
    env: 'REDIS_SERVER_BIN',
    names: ['redis-server'],
    folders: usual,
    debian: 'redis-server',
  },
  postgres: { ...postgres, names: ['postgres'], folders: postgresFolders },
  initdb: { ...postgres, names: ['initdb'], folders: postgresFolders },
  chromium: {
    env: 'CHROMIUM_BIN',
    names: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'],
    folders: ['/snap/bin', '/opt/google/chrome', '/Applications/Google Chrome.app/Contents/MacOS', ...usual],
    debian: 'chromium',
  },
  promtool: { env: 'PROMTOOL_BIN', names: ['promtool'], folders: usual, debian: 'prometheus' },
  nginx: { env: 'NGINX_BIN', names: ['nginx'], folders: usual, debian: 'nginx-light' },
  haproxy: { env: 'HAPROXY_BIN', names: ['haproxy'], folders: usual, debian: 'haproxy' },
  wrk: { env: 'WRK_BIN', names: ['wrk'], folders: usual, debian: 'wrk' },
} as const satisfies Record<string, BinarySource>;

export type BinaryName = keyof typeof binaries;
