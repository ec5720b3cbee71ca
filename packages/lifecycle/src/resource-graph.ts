import { DependencyCycleError, ResourceExistsError, UnknownResourceError } from './errors.js';
import type { ResourceEntry } from './resource-entry.js';

/** The registered resources and what depends on what. */
export class ResourceGraph {
  readonly #entries = new Map<string, ResourceEntry>();

  get size(): number {
    return this.#entries.size;
  }

  get(id: string): ResourceEntry | undefined {
    return this.#entries.get(id);
  }

  /**
   * Takes a resource in. An id that was unregistered may come back and depend on what once depended on it: then there
   * would be a circle.
   *
   * @throws ResourceExistsError, UnknownResourceError, DependencyCycleError
   */
  add(entry: ResourceEntry): void {
    if (this.#entries.has(entry.id)) throw new ResourceExistsError(entry.id);
    for (const dependency of entry.dependsOn) {
      const cycle = this.#pathTo(entry.id, dependency, new Set());
      if (cycle !== undefined) throw new DependencyCycleError([entry.id, ...cycle]);
      if (!this.#entries.has(dependency)) throw new UnknownResourceError(entry.id, dependency);
    }
    this.#entries.set(entry.id, entry);
  }

  /** Removes `entry`, unless its id belongs to another by now. */
  remove(entry: ResourceEntry): void {
    if (this.#entries.get(entry.id) === entry) this.#entries.delete(entry.id);
  }

  /**
   * Cleans everything: each resource as soon as the last of its dependents is done, the newest first among those that
   * may go. `clean` must not reject. O(resources + dependencies).
   */
  teardown(clean: (entry: ResourceEntry) => Promise<void>): Promise<void> {
    // A snapshot: what a cleanup unregisters meanwhile is still waited for.
    const byId = new Map(this.#entries);
    const entries = [...byId.values()];
    const dependents = new Map<string, number>();
    for (const { dependsOn } of entries) {
      for (const id of dependsOn) dependents.set(id, (dependents.get(id) ?? 0) + 1);
    }
    return new Promise((resolve) => {
      let left = entries.length;
      const finish = (entry: ResourceEntry): void => {
        for (const id of entry.dependsOn) {
          const others = (dependents.get(id) ?? 0) - 1;
          dependents.set(id, others);
          const dependency = byId.get(id);
          if (others === 0 && dependency !== undefined) start(dependency);
        }
        left -= 1;
        this.remove(entry);
        if (left === 0) resolve();
      };
      const start = (entry: ResourceEntry): void => {
        void clean(entry).then(() => finish(entry));
      };
      if (left === 0) resolve();
      const free = entries.filter(({ id }) => !dependents.has(id));
      for (const entry of free.reverse()) start(entry);
    });
  }

  /** The way along dependencies from `from` to `target`, if there is one. */
  #pathTo(target: string, from: string, seen: Set<string>): string[] | undefined {
    if (from === target) return [from];
    if (seen.has(from)) return undefined;
    seen.add(from);
    for (const next of this.#entries.get(from)?.dependsOn ?? []) {
      const path = this.#pathTo(target, next, seen);
      if (path !== undefined) return [from, ...path];
    }
    return undefined;
  }
}
