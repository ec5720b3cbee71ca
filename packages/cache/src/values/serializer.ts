/** Turns values into text for the levels outside this process, and back. */
export interface Serializer {
  /** @throws when the value can't be written without loss. */
  serialize(value: unknown): string;
  deserialize(text: string): unknown;
}
