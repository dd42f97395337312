import type { AccountExport } from '../../api/account-data';
import { formatBytes, formatMomentWithin } from '../../ui/format';
import { dateWords } from './token-words';

/** What is said of an export below its name. Pure. */
export function exportFacts(one: AccountExport, now: Date): string {
  const asked = `asked for ${formatMomentWithin(one.created_at, now)}`;
  if (one.state === 'making') return `${asked} · you may leave this page meanwhile`;
  if (one.state === 'failed') return `${asked} · remove it and ask for another one`;
  return [
    ...(one.bytes === null ? [] : [formatBytes(one.bytes)]),
    asked,
    `kept until ${dateWords(new Date(one.expires_at))}`,
  ].join(' · ');
}

const kNames: Readonly<Record<AccountExport['state'], string>> = {
  making: 'Being made',
  ready: 'Ready',
  failed: 'Could not be made',
};
export const exportName = ({ state }: AccountExport): string => kNames[state];
