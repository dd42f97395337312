/** What tokens cost, by the dated table of prices. Pure. */
import type { Counts } from '../../api/analytics';
import { priceAt } from '../../ui/prices';

const kMillion = 1_000_000;

/**
 * In US dollars, by the prices of the day `at` (RFC 3339, UTC); null where the table does not name the model. Sums do not
 * know how long each request was, so the dearer price of long ones is left out.
 */
export function costOf(model: string, at: string, counts: Counts): number | null {
  const price = priceAt(model, at);
  if (!price) return null;
  const cost =
    (counts.prompt_text ?? 0) * price.input +
    (counts.prompt_sound ?? 0) * (price.soundInput ?? price.input) +
    (counts.prompt_picture ?? 0) * (price.pictureInput ?? price.input) +
    (counts.answer_text ?? 0) * price.output +
    ((counts.answer_sound ?? 0) + (counts.thoughts ?? 0)) * (price.soundOutput ?? price.output);
  return cost / kMillion;
}

const kTokens = [
  'prompt_text',
  'prompt_sound',
  'prompt_picture',
  'answer_text',
  'answer_sound',
  'thoughts',
] as const;

export const tokensOf = (counts: Counts): number =>
  kTokens.reduce((sum, name) => sum + (counts[name] ?? 0), 0);

export const costWords = (dollars: number | null): string =>
  dollars === null ? 'no price known' : `$${dollars.toFixed(dollars > 0 && dollars < 0.1 ? 4 : 2)}`;
