import { vi } from 'vitest';

/**
 * Before each file of tests. What a test waits for may be a part of the app that is compiled first, on a machine with other
 * work: a second, the usual patience, is sometimes too short.
 */
const kPatienceMs = 8_000;

const waitFor = vi.waitFor;
vi.waitFor = (callback, options = kPatienceMs) => waitFor(callback, options);

if (typeof document !== 'undefined') {
  const { configure } = await import('@testing-library/react');
  configure({ asyncUtilTimeout: kPatienceMs });
}
