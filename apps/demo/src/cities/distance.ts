const EARTH_RADIUS_KM = 6_371.0088; // mean radius, IUGG

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great-circle distance in km, by the haversine formula. */
export function distanceKm(a: Place, b: Place): number {
  const dLat = radians(b.latitude - a.latitude) / 2;
  const dLon = radians(b.longitude - a.longitude) / 2;
  const h =
    Math.sin(dLat) ** 2 + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(dLon) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

export interface BoundingBox {
  readonly minLatitude: number;
  readonly maxLatitude: number;
  /** One range, or two where the box crosses the 180th meridian. */
  readonly longitudes: readonly (readonly [from: number, to: number])[];
}

/** A box that holds every place within `radiusKm`; at a pole it goes around the globe. */
export function boundingBox(center: Place, radiusKm: number): BoundingBox {
  const angle = radiusKm / EARTH_RADIUS_KM;
  const dLat = (angle * 180) / Math.PI;
  const minLatitude = Math.max(-90, center.latitude - dLat);
  const maxLatitude = Math.min(90, center.latitude + dLat);
  const around: BoundingBox['longitudes'] = [[-180, 180]];
  if (minLatitude === -90 || maxLatitude === 90) return { minLatitude, maxLatitude, longitudes: around };
  const ratio = Math.sin(angle) / Math.cos(radians(center.latitude));
  if (ratio >= 1) return { minLatitude, maxLatitude, longitudes: around };
  const dLon = (Math.asin(ratio) * 180) / Math.PI;
  const from = center.longitude - dLon;
  const to = center.longitude + dLon;
  if (to - from >= 360) return { minLatitude, maxLatitude, longitudes: around };
  if (from < -180)
    return {
      minLatitude,
      maxLatitude,
      longitudes: [
        [from + 360, 180],
        [-180, to],
      ],
    };
  if (to > 180)
    return {
      minLatitude,
      maxLatitude,
      longitudes: [
        [from, 180],
        [-180, to - 360],
      ],
    };
  return { minLatitude, maxLatitude, longitudes: [[from, to]] };
}
