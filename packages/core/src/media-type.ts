/**
 * Whether an `Accept` field names the media type itself, with a weight above 0. A wildcard does not count: it is
 * for clients that ask for something out of the ordinary.
 */
export function acceptsNamed(accept: string | undefined, mediaType: string): boolean {
  if (accept === undefined || accept.length > 4096) return false;
  return accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (type !== mediaType) return false;
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    return weight === undefined || Number(weight.slice(2)) > 0;
  });
}
