import type { About } from '../../api/about';
import { daysWords } from '../../ui/keep-words';

type Rules = About['retention'];

/** The value of the choice that leaves it to the setting. */
export const kAsSet = '';
const kOffered = [1, 7, 30, 90, 180, 365, 730, 1825, 3650];

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

/**
 * What may be chosen for a recording, with what was chosen before (`chosen`; null: nothing), which counts as the nearest
 * that may be. Pure.
 */
export function keepChoices(
  rules: Rules,
  chosen: number | null,
): readonly { readonly value: string; readonly label: string }[] {
  const { days, days_min: min, days_max: max } = rules;
  const within = kOffered.filter((one) => one >= min && one <= max);
  const all = new Set([...within, ...(chosen === null ? [] : [nearest(rules, chosen)])]);
  return [
    {
      value: kAsSet,
      label:
        days === null
          ? 'Until I delete it, as usual here'
          : `${capital(daysWords(days))}, as usual here`,
    },
    ...[...all]
      .sort((a, b) => a - b)
      .map((one) => ({ value: String(one), label: capital(daysWords(one)) })),
  ];
}

/** What a choice comes to within the bounds. Pure. */
export const nearest = ({ days_min: min, days_max: max }: Rules, days: number): number =>
  Math.min(Math.max(days, min), max);
