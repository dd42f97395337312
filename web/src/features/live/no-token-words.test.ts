import { expect, test } from 'vitest';
import description from '../../../../api/openapi.yaml?raw';
import { isNoToken, noTokenTitle } from './no-token-words';

test('every problem that the server may answer has a title of its own', () => {
  const operation = description.split('operationId: createLiveSession')[1]?.split('requestBody')[0];
  const codes = [...(operation ?? '').matchAll(/`(model-[a-z-]+)`/g)].map(([, code]) => code ?? '');
  expect(codes.length).toBeGreaterThan(15);
  const known = codes.filter(isNoToken);
  // The emulator's own words are those of `model-unreachable`.
  expect(codes.filter((code) => !isNoToken(code))).toEqual(['model-unreachable']);
  expect(new Set(known.map(noTokenTitle)).size).toBe(known.length);
});

test('a problem of a newer server has words too', () => {
  expect(noTokenTitle('model-other')).toBe('The server got no token for a session');
});
