/**
 * Small choices that this browser keeps. Where pages may keep nothing (site data blocked, some private windows),
 * reading `localStorage` throws. Then a choice lasts as long as the page, and the app starts with its defaults.
 */
const kept = new Map<string, string>();

/** Null when nothing was chosen. */
export function readSetting(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return kept.get(name) ?? null;
  }
}

/** Null removes the choice. */
export function writeSetting(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    if (value === null) kept.delete(name);
    else kept.set(name, value);
  }
}
