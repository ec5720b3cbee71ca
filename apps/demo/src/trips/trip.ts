/** A stored itinerary. */
export interface Trip {
  readonly id: string;
  /** The cities in the order of the visit. */
  readonly cities: readonly number[];
  readonly distanceKm: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}
