/** How much answers took, in words. Pure. */
import type { Message } from '../../api/chats';
import { kPrices, priceAt } from '../../ui/prices';

const kMillion = 1_000_000;

type Used = Pick<Message, 'model' | 'usage' | 'created_at'>;

/** What an answer cost, by the prices of its day; null where the table does not name the model. */
export function costOf({ model, usage, created_at: at }: Used): number | null {
  const price = priceAt(model, at);
  if (!price || !usage) return null;
  const read = usage.input_tokens ?? 0;
  const { input, output } = price.long && read > price.long.above ? price.long : price;
  const written = (usage.output_tokens ?? 0) + (usage.thought_tokens ?? 0);
  return (read * input + written * output) / kMillion;
}

/** `7 October 2026`, never on two lines. */
const dayWords = (day: string) =>
  new Date(`${day}T00:00:00Z`)
    .toLocaleDateString('en-GB', {
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      timeZone: 'UTC',
    })
    .replaceAll(' ', '\u00a0');

const money = (amount: number) => `about $${amount.toFixed(amount < 0.01 ? 5 : 2)}`;

/** `41 tokens read, 120 written, 24 of them for reasoning`. */
export function tokenWords(messages: readonly Used[]): string {
  const used = messages.filter(({ usage }) => usage !== null);
  if (used.length === 0) return '';
  const sum = (count: (usage: NonNullable<Message['usage']>) => number | null) =>
    used.reduce((all, { usage }) => all + ((usage && count(usage)) ?? 0), 0);
  const thought = sum((usage) => usage.thought_tokens);
  const written = sum((usage) => usage.output_tokens) + thought;
  const read = sum((usage) => usage.input_tokens);
  const reasoning = thought > 0 ? `, ${thought} of them for reasoning` : '';
  const costs = used.map(costOf);
  const cost = costs.some((one) => one === null)
    ? ''
    : ` (${money(costs.reduce<number>((all, one) => all + (one ?? 0), 0))}, prices of ${dayWords(kPrices.asOf)})`;
  return `${read} tokens read, ${written} written${reasoning}${cost}`;
}
