/** Where an engine says what people should read. `console` is one. */
export interface Logger {
  info(message: string, ...details: unknown[]): void;
  warn(message: string, ...details: unknown[]): void;
  error(message: string, ...details: unknown[]): void;
}

const silence = (): void => {};

/** The default: says nothing. */
export const silentLogger: Logger = Object.freeze({ info: silence, warn: silence, error: silence });
