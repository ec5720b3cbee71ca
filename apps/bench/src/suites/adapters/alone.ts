import type { StartServer } from '../../serve.js';
import { answered } from './answered.js';
import { HOSTS } from './hosts.js';

/**
 * One host, alone in its process: Express changes the prototypes of requests, which makes a second application in the same
 * process a third slower than the first. Asked for a number of requests it tells their CPU time, in µs each.
 */
export const start: StartServer = async (argument) => {
  const { name, adapted } = argument as { name: keyof typeof HOSTS; adapted: boolean };
  const listener = await HOSTS[name](adapted);
  const ask = async (times: unknown): Promise<number> => {
    const before = process.cpuUsage();
    for (let i = 0; i < Number(times); i++) await answered(listener);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / Number(times);
  };
  return { port: 0, ask };
};
