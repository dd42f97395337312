// @vitest-environment jsdom
import { render } from '@testing-library/react';
import { expect, test } from 'vitest';
import { AnswerMarkdown } from './answer-markdown';

const shown = (text: string) => render(<AnswerMarkdown text={text} />).container;

test('every element is shown', () => {
  const box = shown(
    '## A\n\n**b** *i* ~~s~~ `c` [link](https://example.com/page)\n\n- one\n  - two\n\n1. first\n\n- [x] done\n\n> quote\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\nx = 1\n```\n\n---\n',
  );
  for (const name of 'h2 strong em del code a ul ol li input blockquote table th td pre hr'.split(
    ' ',
  )) {
    expect(box.querySelector(name), name).not.toBeNull();
  }
  const link = box.querySelector('a');
  expect(link?.textContent).toBe('link (example.com)');
  expect(link?.rel).toContain('noopener');
});

test.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '<iframe src="https://example.com"></iframe>',
  '![picture](https://example.com/pixel.png)',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](vbscript:alert(1))',
  '[x]( javascript:alert(1) "title")',
  '<a href="javascript:alert(1)">x</a>',
  '<div style="background:url(https://example.com)">x</div>',
  '[x]: javascript:alert(1)\n\n[x]',
  '<style>*{}</style>',
  '<form action=/api/auth/logout><input name=a></form>',
])('%s does no harm', (text) => {
  const box = shown(text);
  expect(
    box.querySelector('script, img, svg, iframe, style, form, object, embed, link, [style]'),
  ).toBeNull();
  for (const { attributes } of box.querySelectorAll('*')) {
    for (const { name, value } of attributes) {
      expect(name.startsWith('on'), name).toBe(false);
      expect(/^\s*(javascript|data|vbscript):/i.test(value), value).toBe(false);
    }
  }
});

test('placeholders stay as they were typed', () => {
  const typed = ['$', '{X} {{x}} %s'].join('');
  expect(shown(typed).textContent).toContain(typed);
});
