import { copyValue } from './copy-value.js';
import type { CopiedValue } from './copy-value.js';
import { cloneKept } from './clone-kept.js';
import { freezeValue } from './freeze-value.js';
import { estimateBytes } from './estimate-bytes.js';

/** How cached values are kept apart from those who hand them in and get them. */
export type IsolationMode = 'frozen' | 'clone' | 'shared';

/** The rules of one mode. */
export interface Isolation {
  readonly mode: IsolationMode;
  /** What is kept of a value that somebody else holds too. */
  admit(value: unknown): CopiedValue;
  /** What is kept of a value that was made for us alone. `size`: its rough size where that is known already. */
  adopt(value: unknown, size?: number): CopiedValue;
  /** What is given out of a kept value. `mutable` as `admit` said it. */
  handOut(value: unknown, mutable: boolean): unknown;
}

/** The rules of a mode. */
export function isolationOf(mode: IsolationMode): Isolation {
  switch (mode) {
    case 'frozen':
      return {
        mode,
        admit: (value) => copyValue(value, true),
        adopt: (value) => freezeValue(value),
        handOut: (value, mutable) => (mutable ? copyValue(value, true).value : value),
      };
    case 'clone':
      return {
        mode,
        admit: (value) => {
          const copied = copyValue(value, false);
          return isObject(value) ? { ...copied, mutable: true } : copied;
        },
        adopt: (value, size = estimateBytes(value)) => ({ value, bytes: size, mutable: isObject(value) }),
        handOut: (value, mutable) => (mutable ? cloneKept(value) : value),
      };
    case 'shared':
      return {
        mode,
        admit: (value) => ({ value, bytes: estimateBytes(value), mutable: false }),
        adopt: (value, size = estimateBytes(value)) => ({ value, bytes: size, mutable: false }),
        handOut: (value) => value,
      };
  }
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
