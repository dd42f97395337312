import { useEffect } from 'react';

/** Paper is light: while the page is printed, so are its colours, those of the charts too. */
export function useLightPrint(): void {
  useEffect(() => {
    const root = document.documentElement;
    let printing = false;
    let theme: string | undefined;
    const begin = () => {
      if (printing) return;
      printing = true;
      theme = root.dataset.theme;
      root.dataset.theme = 'light';
    };
    const end = () => {
      if (!printing) return;
      printing = false;
      if (theme === undefined) delete root.dataset.theme;
      else root.dataset.theme = theme;
    };
    addEventListener('beforeprint', begin);
    addEventListener('afterprint', end);
    return () => {
      end();
      removeEventListener('beforeprint', begin);
      removeEventListener('afterprint', end);
    };
  }, []);
}
