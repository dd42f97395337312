import { expect, test } from 'vitest';
import { costOf, tokenWords } from './tokens-used';

const answer = (model: string, input: number, output: number, thought: number | null = null) => ({
  model,
  created_at: '2026-11-29T10:00:00.000Z',
  usage: { input_tokens: input, output_tokens: output, thought_tokens: thought },
});

test('tokens of one answer, and of all of a chat', () => {
  expect(tokenWords([answer('m', 41, 96, 24)])).toBe(
    '41 tokens read, 120 written, 24 of them for reasoning',
  );
  expect(
    tokenWords([
      answer('m', 41, 96),
      answer('n', 9, 4),
      { model: null, usage: null, created_at: '' },
    ]),
  ).toBe('50 tokens read, 100 written');
  expect(tokenWords([{ model: null, usage: null, created_at: '' }])).toBe('');
});

test('the cost is said only where every price is known, with the date of the prices, which stays on one line', () => {
  expect(costOf(answer('gemini-3.5-flash-lite', 1_000_000, 500_000, 500_000))).toBeCloseTo(2.8);
  expect(costOf(answer('somebody-else', 1, 1))).toBeNull();
  expect(tokenWords([answer('gemini-3.5-flash-lite', 100, 10)])).toMatch(
    /\(about \$0\.00006, prices of \d{1,2}\u00a0[A-Z][a-z]+\u00a0\d{4}\)$/,
  );
  expect(tokenWords([answer('gemini-3.5-flash-lite', 100, 10), answer('m', 1, 1)])).not.toContain(
    '$',
  );
});

test('prices are those of the day and of the length', () => {
  const million = answer('gemini-3.8-flash', 1_000_000, 1_000_000);
  expect(costOf(million)).toBeCloseTo(4.5);
  expect(costOf({ ...million, created_at: '2026-12-31T23:59:59.999Z' })).toBeCloseTo(4.5);
  expect(costOf({ ...million, created_at: '2027-01-01T00:00:00.000Z' })).toBeCloseTo(9);
  expect(costOf(answer('gemini-3.1-pro-preview', 200_000, 0))).toBeCloseTo(0.4);
  expect(costOf(answer('gemini-3.1-pro-preview', 200_001, 0))).toBeCloseTo(0.8);
});
