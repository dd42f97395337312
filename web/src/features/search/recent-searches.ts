import { readSetting, writeSetting } from '../../ui/settings';

const kName = 'reprise.recent-searches';
export const kRecentMax = 6;

/** Searches whose hit was opened, the newest first. Kept in this browser only. */
export function recentSearches(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(readSetting(kName) ?? '[]');
    return Array.isArray(kept)
      ? kept.filter((one) => typeof one === 'string').slice(0, kRecentMax)
      : [];
  } catch {
    return []; // another program has written it
  }
}

export function rememberSearch(query: string): void {
  const words = query.trim();
  if (words === '') return;
  const others = recentSearches().filter((one) => one !== words);
  writeSetting(kName, JSON.stringify([words, ...others].slice(0, kRecentMax)));
}

export const forgetSearches = (): void => writeSetting(kName, null);
