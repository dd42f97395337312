// @vitest-environment jsdom
import { render } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { AnswerMarkdown } from './answer-markdown';
import { codeWords, formulas } from './answer-part';

beforeAll(() => Promise.all([codeWords.load(), formulas.load()]), 60_000);

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
  '[x](&#106;avascript:alert(1))',
  '[x](&#x6A;&#x61;vascript&colon;alert(1))',
  '[x](java&Tab;script:alert(1))',
  '[x](java\u0000script:alert(1))',
  '[x](\u0001javascript:alert(1))',
  '[x](javascript&#58;alert(1))',
  '[x](javascript:%61lert(1))',
  '<javascript:alert(1)>',
  '<data:text/html,<script>alert(1)</script>>',
  '[x](blob:https://example.com/1)',
  '[x](file:///etc/passwd)',
  '[x](view-source:javascript:alert(1))',
  '![x](data:image/svg+xml;base64,PHN2Zz4=)',
  '![x][1]\n\n[1]: https://example.com/pixel.png',
  '[![x](https://example.com/pixel.png)](javascript:alert(1))',
  '<details open ontoggle=alert(1)>x</details>',
  '<math><mtext><img src=x onerror=alert(1)></mtext></math>',
  '| a |\n|---|\n| <img src=x onerror=alert(1)> |',
  '$\\includegraphics{https://example.com/a.png}$',
  '$\\url{javascript:alert(1)}$ and $\\htmlData{a=b}{x}$',
  'a[^1]\n\n[^1]: <img src=x onerror=alert(1)>',
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

test('code names its language, its words are marked, and it can be taken along', () => {
  const box = shown('```python\ndef greet(name):\n    return "a"  # b\n```\n');
  expect(box.querySelector('.hljs-keyword')?.textContent).toBe('def');
  expect(box.querySelector('.answer__code-head')?.textContent).toBe('python');
  expect(box.querySelector('pre')?.textContent).toBe('def greet(name):\n    return "a"  # b\n');
  expect(box.querySelector('button')?.getAttribute('aria-label')).toBe('Code to the clipboard');
  expect(shown('```nothing-known\nx\n```').querySelector('pre')?.textContent).toBe('x\n');
});

test('formulas are MathML, without links, styles and HTML', () => {
  const box = shown(
    'Inline $a^2$ and\n\n$$\\frac{1}{3} \\color{red}{x} \\href{javascript:alert(1)}{y} \\class{a}{b}$$\n\nbroken $\\frac{$ end',
  );
  expect(box.querySelector('math msup')?.textContent).toBe('a2');
  expect(box.querySelector('[style], a, [href], img')).toBeNull();
  expect(box.querySelector('code')?.textContent).toContain('frac{');
});

test.each([
  ['It costs $5 and $10.', false],
  ['From $5 to$10 a piece', false],
  ['Set $HOME and $PATH first', false],
  ['The sum $x+1$ is', true],
  ['$$x$$', true],
])('%s: a formula or not', (text, formula) => {
  const box = shown(text);
  expect(box.querySelector('math') !== null).toBe(formula);
  if (!formula) expect(box.textContent).toBe(text);
});

const linkOf = (text: string) => shown(text).querySelector('a');

test.each([
  // What is shown, where it leads, and what is read.
  ['[google.com](https://evil.example/a)', 'google.com (evil.example)'],
  ['[https://google.com](https://evil.example)', 'https://google.com (evil.example)'],
  ['[evil.example.google.com](https://evil.example)', 'evil.example.google.com (evil.example)'],
  ['[**google.com**](https://evil.example)', 'google.com (evil.example)'],
  ['<https://google.com@evil.example/>', 'https://google.com@evil.example/ (evil.example)'],
  ['[\u202emoc.elgoog](https://evil.example)', '\u202emoc.elgoog (evil.example)'],
  ['[аррӏе.com](https://аррӏе.com)', 'аррӏе.com (xn--80ak6aa92e.com)'],
  ['[write](mailto:a@evil.example)', 'write (a@evil.example)'],
  ['https://example.com/page', 'https://example.com/page'],
  ['www.example.com', 'www.example.com'],
])('%s says where it goes', (text, words) => {
  expect(linkOf(text)?.textContent).toBe(words);
});

test.each(['[x](//evil.example)', '[x](/api/auth/logout)', '[x](page)', '[x](?a=b)', '[x](#a)'])(
  '%s leads nowhere: an answer knows no address of ours',
  (text) => {
    expect(linkOf(text)).toBeNull();
    expect(shown(text).textContent).toBe('x');
  },
);
