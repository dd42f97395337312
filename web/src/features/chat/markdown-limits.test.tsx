// @vitest-environment jsdom
import { render } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { AnswerMarkdown } from './answer-markdown';
import { isReadable } from './markdown-limits';
import { PlainWhenItFails } from './plain-when-it-fails';

const kMany = 20_000;

test.each([
  ['emphasis that does not end', '*a_ '.repeat(kMany)],
  ['the same over many lines', '*a_ *b\n'.repeat(kMany / 8)],
  ['brackets', ']'.repeat(kMany)],
  ['quotes in quotes', '> '.repeat(kMany)],
  ['lists in lists', '+ - '.repeat(kMany)],
  ['numbers in numbers', '1. '.repeat(kMany)],
  ['what could be addresses', 'a@a.'.repeat(kMany)],
  ['a row of many cells', '|a'.repeat(kMany)],
  ['emphasis in what only looks like a table', `a\n|-|-|\n${'|*a_\n'.repeat(kMany / 4)}`],
  ['an item of a list', `- ${'*a_ '.repeat(kMany)}`],
  ['emphasis behind code', `\`\`\`\na\n\`\`\`\n${'*a_ '.repeat(kMany)}`],
  ['a fence that only seems to hold', `\`\`\`\`\n\`\`\`\n\`\`\`\`\n${'*a_ '.repeat(kMany)}`],
  ['very many letters', 'word '.repeat(50_000)],
  ['very many lines', 'a\n'.repeat(kMany)],
])('is shown as it was written: %s', (_, text) => {
  expect(isReadable(text)).toBe(false);
  const { container } = render(<AnswerMarkdown text={text} />);
  expect(container.textContent).toBe(text);
});

test.each([
  ['a list of links', '- **[name](https://example.com/a_b)**: `code`\n'.repeat(1_000)],
  ['a table', `| a | b |\n|---|---|\n${'| **x** | `y` |\n'.repeat(1_000)}`],
  ['code', `\`\`\`json\n${'{"a": [1, [2]], "b_c": "*"},\n'.repeat(3_000)}\`\`\`\n`],
  ['code that has not ended', `~~~\n${'[[[***\n'.repeat(3_000)}`],
  ['paragraphs', 'Some *words* and `code`.\n\n'.repeat(3_000)],
  ['a quote of an answer', '> > - 1. *a*\n'.repeat(100)],
])('is read as Markdown: %s', (_, text) => {
  expect(isReadable(text)).toBe(true);
});

function Shown({ text }: { readonly text: string }) {
  if (text === 'bad') throw new RangeError('too deep');
  return <b>{text}</b>;
}

test('what fails is shown as it was written, until the text is another one', () => {
  const silent = vi.spyOn(console, 'error').mockImplementation(() => {});
  const view = (text: string) => (
    <PlainWhenItFails text={text}>
      <Shown text={text} />
    </PlainWhenItFails>
  );
  const { container, rerender } = render(view('bad'));
  expect(container.querySelector('p')?.textContent).toBe('bad');
  rerender(view('good'));
  expect(container.querySelector('b')?.textContent).toBe('good');
  silent.mockRestore();
});
