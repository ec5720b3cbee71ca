import type { Context, Random } from '@spark-perf/core';
import { InvalidOptionError } from '@spark-perf/core';
import { HashPicker } from '../pickers/hash-picker.js';
import { LeastConnectionsPicker } from '../pickers/least-connections-picker.js';
import { RandomPicker } from '../pickers/random-picker.js';
import { ResponseTimePicker } from '../pickers/response-time-picker.js';
import { RoundRobinPicker } from '../pickers/round-robin-picker.js';
import { SmoothWeightedPicker } from '../pickers/smooth-weighted-picker.js';
import { TwoChoicesPicker } from '../pickers/two-choices-picker.js';
import { CheckedPicker } from './checked-picker.js';
import type { Picker } from './picker.js';

/** The algorithms there are. */
export type AlgorithmName =
  'round-robin' | 'weighted' | 'least-connections' | 'response-time' | 'random' | 'two-choices' | 'hash';

/** The picker of a name, or the user's own. @throws InvalidOptionError */
export function createPicker(
  algorithm: AlgorithmName | Picker,
  random: Random,
  hashKey?: (ctx: Context) => unknown,
): Picker {
  if (hashKey !== undefined && typeof hashKey !== 'function')
    throw new InvalidOptionError('hashKey', 'a function', hashKey);
  switch (algorithm) {
    case 'round-robin':
      return new RoundRobinPicker();
    case 'weighted':
      return new SmoothWeightedPicker();
    case 'least-connections':
      return new LeastConnectionsPicker();
    case 'response-time':
      return new ResponseTimePicker(random);
    case 'random':
      return new RandomPicker(random);
    case 'two-choices':
      return new TwoChoicesPicker(random);
    case 'hash':
      return new HashPicker(hashKey);
    default:
      if (typeof (algorithm as Partial<Picker> | null)?.pick === 'function')
        return new CheckedPicker(algorithm);
      throw new InvalidOptionError(
        'algorithm',
        "one of 'round-robin', 'weighted', 'least-connections', 'response-time', 'random', 'two-choices', 'hash', or an object with `pick`",
        algorithm,
      );
  }
}
