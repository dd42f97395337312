import { readSetting, writeSetting } from '../ui/settings';

export type Theme = 'system' | 'light' | 'dark';

const kThemeName = 'reprise.theme';

export function storedTheme(): Theme {
  const stored = readSetting(kThemeName);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** Writes the choice to the root element, where it overrides the system's. Call it before the first render. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function chooseTheme(theme: Theme): void {
  writeSetting(kThemeName, theme === 'system' ? null : theme);
  applyTheme(theme);
}
