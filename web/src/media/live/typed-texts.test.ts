import { describe, expect, it } from 'vitest';
import { kTextsWaitingMax, TypedTexts } from './typed-texts';

type Step =
  | { readonly type: string; readonly taken?: boolean }
  /** The socket takes all that waits; `sent`: what it got, with `*` after a text that it gets again. */
  | { readonly sent: readonly string[] }
  | { readonly shut: 'again' | 'for good' }
  | { readonly answered: true }
  | { readonly end: readonly string[] };

const many = Array.from({ length: kTextsWaitingMax }, (_, n) => `text ${n}`);

const cases: readonly { readonly name: string; readonly steps: readonly Step[] }[] = [
  {
    name: 'texts are sent once and in order',
    steps: [{ type: 'a' }, { type: 'b' }, { sent: ['a', 'b'] }, { sent: [] }, { end: [] }],
  },
  {
    name: 'all that a socket left unanswered goes to the next one, before what waits',
    steps: [
      { type: 'a' },
      { type: 'b' },
      { sent: ['a', 'b'] },
      { shut: 'again' },
      { type: 'c' },
      { sent: ['a*', 'b*', 'c'] },
    ],
  },
  {
    name: 'and once more when that socket is lost, too',
    steps: [
      { type: 'a' },
      { type: 'b' },
      { sent: ['a', 'b'] },
      { shut: 'again' },
      { sent: ['a*', 'b*'] },
      { shut: 'again' },
      { sent: ['a*', 'b*'] },
    ],
  },
  {
    name: 'what was answered is not sent again',
    steps: [
      { type: 'a' },
      { sent: ['a'] },
      { answered: true },
      { type: 'b' },
      { sent: ['b'] },
      { shut: 'again' },
      { sent: ['b*'] },
    ],
  },
  {
    name: 'nothing is sent again when the answer is no longer expected',
    steps: [{ type: 'a' }, { sent: ['a'] }, { shut: 'for good' }, { sent: [] }, { end: [] }],
  },
  {
    name: 'the same text typed twice is two texts',
    steps: [
      { type: 'yes' },
      { sent: ['yes'] },
      { answered: true },
      { type: 'yes' },
      { sent: ['yes'] },
    ],
  },
  {
    name: 'too many are refused by name, and there is room again',
    steps: [
      ...many.map((type) => ({ type })),
      { type: 'one more', taken: false },
      { sent: many },
      { type: 'later' },
      { sent: ['later'] },
    ],
  },
  {
    name: 'at the end, what no socket ever had is named, and only once',
    steps: [
      { type: 'a' },
      { sent: ['a'] },
      { shut: 'again' },
      { type: 'b' },
      { type: 'c' },
      { end: ['b', 'c'] },
      { end: [] },
    ],
  },
];

describe('TypedTexts', () => {
  it.each(cases)('$name', ({ steps }) => {
    const texts = new TypedTexts();
    for (const step of steps) {
      if ('type' in step) expect(texts.add(step.type)).toBe(step.taken ?? true);
      else if ('sent' in step) {
        const sent: string[] = [];
        for (let next = texts.next(); next; next = texts.next()) {
          sent.push(next.again ? `${next.text}*` : next.text);
        }
        expect(sent).toEqual(step.sent);
      } else if ('shut' in step) texts.shut(step.shut === 'again');
      else if ('answered' in step) texts.answered();
      else expect(texts.end()).toEqual(step.end);
    }
  });
});
