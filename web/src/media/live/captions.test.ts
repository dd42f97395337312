import { describe, expect, it } from 'vitest';
import { Captions, wordsOf } from './captions';

const shown = (captions: Captions) =>
  captions
    .list()
    .map(
      ({ speaker, heard, coming, interrupted, wordsNotHeard }) =>
        `${speaker}: ${heard}|${coming}${interrupted ? ` cut ${wordsNotHeard}` : ''}`,
    );

describe('Captions', () => {
  it('shows words as heard when at least half of their sound was rendered', () => {
    const captions = new Captions();
    captions.model(0, ' Hello', 0);
    captions.arrived(0, 5000);
    captions.model(0, ' old world', 5000);
    captions.arrived(0, 13_000);
    expect(shown(captions)).toEqual(['model: | Hello old world']);
    captions.heard(0, 2000);
    expect(shown(captions)).toEqual(['model: | Hello old world']);
    captions.heard(0, 2600);
    expect(shown(captions)).toEqual(['model: Hello| old world']);
    captions.heard(0, 7000);
    expect(shown(captions)).toEqual(['model: Hello old| world']);
    captions.heard(0, 13_000);
    expect(shown(captions)).toEqual(['model: Hello old world|']);
  });

  it('counts the words that will never be heard when the person cuts in', () => {
    const captions = new Captions();
    captions.model(0, 'one two three four', 0);
    captions.arrived(0, 16_000);
    captions.heard(0, 8000);
    captions.interrupted(0);
    expect(shown(captions)).toEqual(['model: one two| cut 2']);
    expect(captions.list()[0]).toMatchObject({ coming: '', interrupted: true, wordsNotHeard: 2 });
  });

  it('is no interruption when all was heard, or nothing was said', () => {
    const captions = new Captions();
    captions.model(0, 'done', 0);
    captions.arrived(0, 100);
    captions.heard(0, 100);
    captions.interrupted(0);
    captions.interrupted(null);
    expect(shown(captions)).toEqual(['model: done|']);
  });

  it('keeps late words of the person before the answer to them', () => {
    const captions = new Captions();
    captions.model(0, 'Hi', 0);
    captions.person('hel');
    captions.person('lo');
    expect(shown(captions)).toEqual(['person: hello|', 'model: |Hi']);
    captions.heard(0, 24_000);
    captions.person('stop');
    expect(shown(captions)).toEqual(['person: hello|', 'model: Hi|', 'person: stop|']);
  });

  it('begins a new caption of the person after a turn', () => {
    const captions = new Captions();
    captions.person('one');
    captions.turnComplete();
    captions.person(' two');
    expect(shown(captions)).toEqual(['person: one|', 'person: two|']);
  });

  it('gives the same list as long as nothing changed, and the same captions where they did not', () => {
    const captions = new Captions();
    captions.person('a');
    captions.model(0, 'b', 0);
    const before = captions.list();
    captions.heard(0, 0);
    expect(captions.list()).toBe(before);
    captions.arrived(0, 100);
    captions.heard(0, 100);
    expect(captions.list()).not.toBe(before);
    expect(captions.list()[0]).toBe(before[0]);
  });
});

it.each([
  ['', []],
  [' a bc', [' a', ' bc']],
  ['你好 ok', ['你', '好', ' ok']],
])('cuts "%s" into words', (text, words) => {
  expect(wordsOf(text)).toEqual(words);
});
