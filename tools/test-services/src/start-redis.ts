import { findBinary } from './find-binary.js';
import { redisCommand } from './redis-command.js';
import type { RedisReply } from './redis-command.js';
import { scratchDirectory } from './scratch-directory.js';
import { ServerProcess } from './server-process.js';
import type { Service } from './service.js';

export interface RedisOptions {
  /** Whether data outlives `kill()` and `restart()` (append-only file, synced at each write). @default false */
  readonly persistent?: boolean | undefined;
  /** Clients must authenticate with it. @default none */
  readonly password?: string | undefined;
  /** Further command-line arguments, such as `['--maxmemory', '10mb']`. @default [] */
  readonly args?: readonly string[] | undefined;
}

/** A real `redis-server` on loopback. */
export interface RedisService extends Service {
  /** Sends one command over a connection of its own. */
  command(...args: (string | number)[]): Promise<RedisReply>;
}

/**
 * Starts a `redis-server` on a free loopback port and resolves when it answers.
 *
 * @throws MissingBinaryError where the machine has none.
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisService> {
  const { persistent = false, password, args = [] } = options;
  const command = findBinary('redis-server');
  const directory = await scratchDirectory('redis');
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}@`;
  const service = new RedisProcess(password, {
    name: 'redis-server',
    command,
    directory,
    stopSignal: 'SIGTERM',
    endSignal: 'KILL',
    args: (port) => [
      ...['--port', `${port}`, '--bind', '127.0.0.1', '--dir', directory, '--daemonize', 'no', '--save', ''],
      ...(persistent ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']),
      ...(password === undefined ? [] : ['--requirepass', password]),
      ...args,
    ],
    url: (port) => `redis://${secret}127.0.0.1:${port}`,
    ready: async ({ pid, port }) => {
      const info = String(await redisCommand(port, ['INFO'], { password, timeout: 1000 }));
      // Its own id: somebody else's server may have taken the port first.
      return info.includes(`process_id:${pid}\r\n`) && !info.includes('loading:1');
    },
  });
  return service.start();
}

class RedisProcess extends ServerProcess implements RedisService {
  readonly #password: string | undefined;

  constructor(password: string | undefined, plan: ConstructorParameters<typeof ServerProcess>[0]) {
    super(plan);
    this.#password = password;
  }

  command(...args: (string | number)[]): Promise<RedisReply> {
    return redisCommand(this.port, args, { password: this.#password });
  }
}
