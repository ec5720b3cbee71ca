import * as v from 'valibot';

/** A number written out in a query; a repeated name, an empty value and `1e999` are refused. */
function numeric(min: number, max: number) {
  const message = `must be a number from ${min} to ${max}`;
  return v.pipe(
    v.string(message),
    v.regex(/^-?\d{1,15}(\.\d{1,15})?$/, message),
    v.transform(Number),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
}

function whole(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    v.string(message),
    v.regex(/^\d{1,15}$/, message),
    v.transform(Number),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
}

/** Largest 32-bit id: what the column holds. */
const MAX_ID = 2_147_483_647;
const ID_MESSAGE = `must be a whole number from 1 to ${MAX_ID}`;

/** The fields that requests of the API have. */
export const fields = {
  id: whole(1, MAX_ID),
  idNumber: v.pipe(
    v.number(ID_MESSAGE),
    v.integer(ID_MESSAGE),
    v.minValue(1, ID_MESSAGE),
    v.maxValue(MAX_ID, ID_MESSAGE),
  ),
  limit: v.optional(whole(1, 100), '20'),
  country: v.pipe(
    v.string('must be a two-letter country code'),
    v.regex(/^[A-Za-z]{2}$/, 'must be a two-letter country code'),
    v.toUpperCase(),
  ),
  q: v.pipe(
    v.string('must be given once'),
    v.trim(),
    v.minLength(1, 'must not be empty'),
    v.maxLength(100, 'must be at most 100 characters'),
    v.check((text) => !text.includes('\0'), 'must not hold a NUL'),
  ),
  population: whole(0, 100_000_000),
  latitude: numeric(-90, 90),
  longitude: numeric(-180, 180),
  radiusKm: v.optional(numeric(0, 300), '50'),
};
