/** A message of an event stream. JSON has no line breaks: it is one `data` line. */
export function eventMessage(event: string, data: unknown, id?: number): Buffer {
  return Buffer.from(
    `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`,
  );
}
