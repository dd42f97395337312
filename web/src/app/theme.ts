export type Theme = 'system' | 'light' | 'dark';

const kThemeName = 'reprise.theme';

export function storedTheme(): Theme {
  const stored = localStorage.getItem(kThemeName);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** Puts the choice on the root element, where it wins over the system. Call before the first render. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(kThemeName);
  else localStorage.setItem(kThemeName, theme);
  applyTheme(theme);
}
