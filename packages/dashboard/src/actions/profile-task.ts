/** What takes a while and is told by its length. */
export type ProfileTask = 'cpu-profile' | 'heap-profile';

export function isProfileTask(name: unknown): name is ProfileTask {
  return name === 'cpu-profile' || name === 'heap-profile';
}
