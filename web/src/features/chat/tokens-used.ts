/** How much answers took, in words. Pure. */
import type { Message } from '../../api/chats';
import { kPrices } from '../../ui/prices';

const kMillion = 1_000_000;

/** What an answer cost, by the table of prices; null where it does not name the model. */
export function costOf({ model, usage }: Pick<Message, 'model' | 'usage'>): number | null {
  const price = kPrices.perMillionTokens[model ?? ''];
  if (!price || !usage) return null;
  const written = (usage.output_tokens ?? 0) + (usage.thought_tokens ?? 0);
  return ((usage.input_tokens ?? 0) * price.input + written * price.output) / kMillion;
}

const money = (amount: number) => `about $${amount.toFixed(amount < 0.01 ? 5 : 2)}`;

/** `41 tokens read, 120 written, 24 of them for reasoning`. */
export function tokenWords(messages: readonly Pick<Message, 'model' | 'usage'>[]): string {
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
    : ` (${money(costs.reduce<number>((all, one) => all + (one ?? 0), 0))}, prices of ${kPrices.asOf})`;
  return `${read} tokens read, ${written} written${reasoning}${cost}`;
}
