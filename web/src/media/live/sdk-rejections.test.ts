import { describe, expect, it } from 'vitest';
import { isOfSdk, messageOf } from './sdk-rejections';

const parseError = (): unknown => {
  try {
    return JSON.parse('no JSON');
  } catch (error) {
    return error;
  }
};

describe('unhandled rejections in the LiveWorker', () => {
  it.each([
    ['a frame that is not JSON', parseError(), true],
    ['a bug of ours', new TypeError('x is not a function'), false],
    ['a network error', new Error('Failed to fetch'), false],
    ['a text', 'gone', false],
    ['nothing', undefined, false],
  ])('%s', (_name, reason, ofSdk) => {
    expect(isOfSdk(reason)).toBe(ofSdk);
  });

  it('are told in words, and not endlessly', () => {
    expect(messageOf(new TypeError('x is not a function'))).toBe('TypeError: x is not a function');
    expect(messageOf(undefined)).toBe('undefined');
    expect(messageOf('y'.repeat(2000))).toHaveLength(500);
  });
});
