import { expect, test } from 'vitest';
import { idsOfAddress, isLinkPath, linkAddress, openedAddress } from './link-address';

test('the secret is behind #, where no request carries it', () => {
  const address = new URL(linkAddress('s3cret', 'https://reprise.example.test'));
  expect(address.pathname).toBe('/link');
  expect(address.search).toBe('');
  expect(address.hash).toBe('#s3cret');
});

test('an opened link has an address with its name and, in a chat, the recording', () => {
  expect(openedAddress('a')).toBe('/link/a');
  expect(idsOfAddress(openedAddress('a', 'b'))).toEqual({ shareId: 'a', recordingId: 'b' });
  expect(idsOfAddress('/link')).toEqual({ shareId: '', recordingId: '' });
  expect([
    isLinkPath('/link'),
    isLinkPath('/link/a'),
    isLinkPath('/links'),
    isLinkPath('/'),
  ]).toEqual([true, true, false, false]);
});
