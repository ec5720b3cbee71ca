import { describe, expect, test } from '@jest/globals';
import { waitFor } from '../src/index.js';

describe('waitFor', () => {
  test('returns what the condition returned', async () => {
    let looks = 0;
    expect(await waitFor(() => (++looks < 3 ? undefined : `look ${looks}`), { interval: 1 })).toBe('look 3');
  });

  test('an error is a no; the last one becomes the cause', async () => {
    let looks = 0;
    const condition = async () => {
      if (++looks < 3) throw new Error('not yet');
      return true;
    };
    await expect(waitFor(condition, { interval: 1 })).resolves.toBe(true);
    const never = () => Promise.reject(new Error('never'));
    await expect(waitFor(never, { timeout: 20, interval: 1 })).rejects.toMatchObject({
      cause: new Error('never'),
    });
  });

  test('a look that hangs does not outlast the deadline', async () => {
    const hangs = () => new Promise<boolean>(() => {});
    await expect(waitFor(hangs, { timeout: 20, message: 'doom' })).rejects.toThrow(
      'waited 20 ms in vain for: doom',
    );
  });
});
