import type { LiveCaption } from '../../media/live-session';
import { lettersOf, wordsOf } from '../../media/text';

/** The most grey words, for a model that ends no sentence. More would be no preview. */
const kComingLettersMax = 160;
/** The end of a sentence: a full stop with a space after it, or a full stop of a script without spaces. */
const kSentenceEnd = /[\p{Sentence_Terminal}…][\p{Pe}\p{Pf}"']*(?=\s)|[。！？]/u;

/**
 * The caption with the words that are being heard: the newest one, or the model's answer before it while that is still
 * heard and the person begins to talk over it. Null when nothing was said.
 */
export function heardCaption(captions: readonly LiveCaption[]): LiveCaption | null {
  const last = captions.at(-1);
  const before = captions.at(-2);
  const talkedOver =
    last?.speaker === 'person' &&
    before?.speaker === 'model' &&
    before.coming !== '' &&
    !before.interrupted;
  return (talkedOver ? before : last) ?? null;
}

/**
 * The part of the coming words that is shown: the rest of the sentence. Text comes up to four times as fast as it is
 * heard, so more of it would only scroll past.
 */
export function comingShown(coming: string): string {
  const end = kSentenceEnd.exec(coming);
  const sentence = end ? coming.slice(0, end.index + end[0].length) : coming;
  if (lettersOf(sentence).length <= kComingLettersMax) return sentence;
  let shown = '';
  let letters = 0;
  for (const word of wordsOf(sentence)) {
    letters += lettersOf(word).length;
    if (letters > kComingLettersMax && shown !== '') break;
    shown += word;
  }
  return shown;
}
