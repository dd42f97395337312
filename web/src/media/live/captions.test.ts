import { describe, expect, it } from 'vitest';
import { Captions, kFirstTranscriptionMs, kLateTranscriptionMs } from './captions';

const said = (text: string, atMs = 0) => ({ text, atMs, finished: false });
const shown = (captions: Captions) =>
  captions
    .list()
    .map(
      ({ speaker, heard, coming, interrupted, wordsNotHeard }) =>
        `${speaker}: ${heard}|${coming}${interrupted ? ` cut ${wordsNotHeard}` : ''}`,
    );

describe('Captions', () => {
  it('shows words as heard when more than half of their sound was rendered', () => {
    const captions = new Captions();
    captions.model(0, ' Hello', 0);
    captions.arrived(0, 5000);
    captions.model(0, ' old world', 5000);
    captions.arrived(0, 13_000);
    expect(shown(captions)).toEqual(['model: |Hello old world']);
    captions.heard(0, 2000);
    expect(shown(captions)).toEqual(['model: |Hello old world']);
    captions.heard(0, 2600);
    expect(shown(captions)).toEqual(['model: Hello| old world']);
    captions.heard(0, 7000);
    expect(shown(captions)).toEqual(['model: Hello old| world']);
    captions.heard(0, 13_000);
    expect(shown(captions)).toEqual(['model: Hello old world|']);
  });

  it('knows of words that come when all of their sound was heard', () => {
    const captions = new Captions();
    captions.arrived(0, 9000);
    captions.heard(0, 9000);
    captions.model(0, 'All right.', 9000);
    expect(shown(captions)).toEqual(['model: All right.|']);
  });

  it('knows how far the ear is when the first words come late', () => {
    const captions = new Captions();
    captions.arrived(0, 10_000);
    captions.heard(0, 5000);
    captions.model(0, 'one two', 10_000);
    expect(shown(captions)).toEqual(['model: one| two']);
  });

  it('counts an answer as heard to its end once the next one is heard', () => {
    const captions = new Captions();
    captions.model(0, 'so it is', 0);
    captions.arrived(0, 9000);
    captions.heard(0, 6000); // the last report before the next answer began
    captions.arrived(1, 4000);
    captions.heard(1, 100);
    expect(shown(captions)).toEqual(['model: so it is|']);
    captions.model(1, 'and now', 4000);
    expect(shown(captions)).toEqual(['model: so it is|', 'model: |and now']);
  });

  it('an answer that was cut is not heard because the next one is', () => {
    const captions = new Captions();
    captions.model(0, 'one two three four', 0);
    captions.arrived(0, 16_000);
    captions.heard(0, 8000);
    captions.interrupted(0);
    captions.heard(1, 5000);
    expect(shown(captions)).toEqual(['model: one two| cut 2']);
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

  it('is no interruption when everything was heard, or nothing was said', () => {
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
    captions.person(said('hel'));
    captions.person(said('lo'));
    expect(shown(captions)).toEqual(['person: hello|', 'model: |Hi']);
    captions.heard(0, 24_000);
    captions.person(said('stop'));
    expect(shown(captions)).toEqual(['person: hello|', 'model: Hi|', 'person: stop|']);
  });

  it('begins a new caption of the person after a turn', () => {
    const captions = new Captions();
    captions.person(said('one'));
    captions.turnComplete(100);
    captions.person(said(' more', 100 + kLateTranscriptionMs - 1));
    captions.person(said(' two', 100 + kLateTranscriptionMs));
    expect(shown(captions)).toEqual(['person: one more|', 'person: two|']);
  });

  it('gives the same list as long as nothing changed, and the same captions where they did not', () => {
    const captions = new Captions();
    captions.person(said('a'));
    captions.model(0, 'b', 0);
    const before = captions.list();
    captions.heard(0, 0);
    expect(captions.list()).toBe(before);
    captions.arrived(0, 100);
    captions.heard(0, 100);
    expect(captions.list()).not.toBe(before);
    expect(captions.list()[0]).toBe(before[0]);
  });

  it('leaves an answer shorter than a second above the next question', () => {
    const captions = new Captions();
    captions.person(said('one?'));
    captions.model(0, 'One.', 0);
    captions.ended(0, 12_000, true);
    captions.heard(0, 12_000);
    captions.turnComplete(500);
    captions.person(said('two?', 500 + kLateTranscriptionMs));
    expect(shown(captions)).toEqual(['person: one?|', 'model: One.|', 'person: two?|']);
  });

  it('puts the first words of the person above a short answer that is over, for a while', () => {
    const captions = new Captions();
    captions.model(0, 'Hi.', 0);
    captions.ended(0, 12_000, true);
    captions.turnComplete(500);
    captions.person(said('hello', 500 + kFirstTranscriptionMs - 1));
    expect(shown(captions)).toEqual(['person: hello|', 'model: |Hi.']);
    captions.model(1, 'Yes?', 0);
    captions.turnComplete(9000);
    captions.person(said('bye', 9000 + kFirstTranscriptionMs));
    expect(shown(captions).at(-1)).toBe('person: bye|');
  });

  it('says that an answer was cut, even when all that had arrived of it was heard', () => {
    const captions = new Captions();
    captions.model(0, 'done', 0);
    captions.ended(0, 100, false);
    captions.heard(0, 100);
    captions.interrupted(0);
    expect(captions.model(0, ' late words', 100)).toBeNull();
    expect(shown(captions)).toEqual(['model: done| cut 2']);
  });

  it('waits with half a character for the other half', () => {
    const captions = new Captions();
    captions.person(said('Hi \ud83d'));
    expect(shown(captions)).toEqual(['person: Hi |']);
    captions.person(said('\ude00'));
    expect(shown(captions)).toEqual(['person: Hi 😀|']);
  });

  it('shows an answer in text as it is', () => {
    const captions = new Captions();
    captions.written(0, 'It is 5.');
    expect(captions.list()[0]).toMatchObject({ heard: 'It is 5.', coming: '', written: true });
  });
});
