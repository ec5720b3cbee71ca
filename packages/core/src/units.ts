/** A duration or a point in time, in milliseconds. Fractions are allowed. */
export type Milliseconds = number;

/** A size in bytes. */
export type Bytes = number;

/** A fraction from 0 to 1. */
export type Ratio = number;
