import type { Card } from '../snapshot/card.js';
import type { SourceGroup } from '../snapshot/source-group.js';
import { balancerCard } from './balancer-card.js';
import { breakerCard } from './breaker-card.js';
import { cacheCard } from './cache-card.js';
import { clusterCard } from './cluster-card.js';
import { dedupeCard } from './dedupe-card.js';
import { lifecycleCard } from './lifecycle-card.js';
import { limiterCard } from './limiter-card.js';
import { otherCard } from './other-card.js';
import type { PanelInput } from './panel-input.js';
import { poolCard } from './pool-card.js';

/** The card of a group; `undefined` where the upper half of the page shows it. */
export function cardOf(group: SourceGroup, input: PanelInput): Card | undefined {
  switch (group.kind) {
    case 'cache':
      return cacheCard(group, input);
    case 'pool':
      return poolCard(group, input);
    case 'limiter':
      return limiterCard(group, input);
    case 'dedupe':
      return dedupeCard(group, input);
    case 'balancer':
      return balancerCard(group, input);
    case 'breaker':
      return breakerCard(group, input);
    case 'lifecycle':
      return lifecycleCard(group);
    case 'cluster':
      return clusterCard(group);
    case 'runtime':
    case 'memory':
      return undefined;
    case 'profiler':
      // One that gives no counts to merge still has metrics.
      return group.profile === undefined ? otherCard(group) : undefined;
    case 'other':
      return otherCard(group);
  }
}
