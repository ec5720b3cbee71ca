import { lasting, mergeFamilies } from './merge-families.js';
import { lastingProfile, mergeProfiles } from './merge-profiles.js';
import type { ProcessReport, SourceReport } from './process-report.js';

/** What processes that are gone have counted, by source: totals never fall when a worker is replaced. */
export class RetiredProcesses {
  readonly #sources = new Map<string, SourceReport>();

  add({ sources }: ProcessReport): void {
    for (const source of sources) {
      const before = this.#sources.get(source.name);
      this.#sources.set(source.name, before === undefined ? remains(source) : added(before, remains(source)));
    }
  }

  list(): readonly SourceReport[] {
    return [...this.#sources.values()];
  }
}

function remains({ name, kind, families, profile }: SourceReport): SourceReport {
  const left = { name, kind, families: lasting(families) };
  return profile === undefined ? left : { ...left, profile: lastingProfile(profile) };
}

function added(a: SourceReport, b: SourceReport): SourceReport {
  const profiles = [a.profile, b.profile].filter((one) => one !== undefined);
  return {
    name: a.name,
    kind: a.kind,
    families: mergeFamilies([a.families, b.families]),
    ...(profiles.length > 0 && { profile: mergeProfiles(profiles) }),
  };
}
