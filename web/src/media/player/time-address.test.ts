import { expect, test } from 'vitest';
import { addressOfMoment, momentOfAddress } from './time-address';

test.each([
  ['95', 95_000],
  ['1m35s', 95_000],
  ['1:35', 95_000],
  ['0', 0],
  ['35s', 35_000],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['1h2m3s', 3_723_000],
  ['1:02:03', 3_723_000],
  ['1M35S', 95_000],
  [' 95 ', 95_000],
  ['1.5', 1500],
  ['1m1.5s', 61_500],
  ['90m', 5_400_000],
  ['999999', 999_999_000],
])('%s is a moment', (text, ms) => expect(momentOfAddress(text)).toBe(ms));

test.each([
  '',
  ' ',
  'abc',
  '-5',
  '1m35',
  's',
  '1:5',
  '1:2:3:4',
  '1e3',
  'NaN',
  'Infinity',
  '١',
  '1s2m',
  '0x10',
  '1,5',
])('%s is none', (text) => expect(momentOfAddress(text)).toBeNull());

test.each([
  [0, '0s'],
  [999, '0s'],
  [95_999, '1m35s'],
  [120_000, '2m0s'],
  [3_723_000, '1h2m3s'],
  [3_600_000, '1h0m0s'],
  [-5, '0s'],
])('%d ms is written %s and read back', (ms, text) => {
  expect(addressOfMoment(ms)).toBe(text);
  expect(momentOfAddress(text)).toBe(Math.max(0, Math.floor(ms / 1000)) * 1000);
});
