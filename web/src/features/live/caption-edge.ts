import type { LiveCaption } from '../../media/live-session';
import { lettersOf, wordsOf } from '../../media/text';

/** More grey words than this are no preview of what comes; for a model that ends no sentence. */
const kComingLettersMax = 160;
/** The end of a sentence: a full stop with a space after it, or one of the scripts without spaces. */
const kSentenceEnd = /[\p{Sentence_Terminal}…][\p{Pe}\p{Pf}"']*(?=\s)|[。！？]/u;

/**
 * The caption in which the words being heard are: the newest one, or the model's answer before it
 * while that is still heard and the person begins to talk over it. Null when nothing was said.
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
 * The part of the coming words that is shown: the rest of the sentence. Text comes up to four times
 * faster than it is heard; so much of it would only be scrolled past.
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
