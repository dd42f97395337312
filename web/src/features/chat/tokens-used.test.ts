import { expect, test } from 'vitest';
import { costOf, tokenWords } from './tokens-used';

const answer = (model: string, input: number, output: number, thought: number | null = null) => ({
  model,
  usage: { input_tokens: input, output_tokens: output, thought_tokens: thought },
});

test('tokens of one answer, and of all of a chat', () => {
  expect(tokenWords([answer('m', 41, 96, 24)])).toBe(
    '41 tokens read, 120 written, 24 of them for reasoning',
  );
  expect(tokenWords([answer('m', 41, 96), answer('n', 9, 4), { model: null, usage: null }])).toBe(
    '50 tokens read, 100 written',
  );
  expect(tokenWords([{ model: null, usage: null }])).toBe('');
});

test('the cost is said only where every price is known, with the date of the prices', () => {
  expect(costOf(answer('gemini-3.5-flash-lite', 1_000_000, 500_000, 500_000))).toBeCloseTo(2.8);
  expect(costOf(answer('somebody-else', 1, 1))).toBeNull();
  expect(tokenWords([answer('gemini-3.5-flash-lite', 100, 10)])).toMatch(
    /\(about \$0\.00006, prices of \d{4}-\d\d-\d\d\)$/,
  );
  expect(tokenWords([answer('gemini-3.5-flash-lite', 100, 10), answer('m', 1, 1)])).not.toContain(
    '$',
  );
});
