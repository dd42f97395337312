/**
 * Resolves when the page is parsed and its styles are there. The first script runs before both, so that its requests
 * leave early; nothing may be measured or painted without styles.
 */
export async function pageReady(document: Document): Promise<void> {
  if (document.readyState === 'loading') await once(document, 'DOMContentLoaded');
  const links = document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]');
  const late = [...links].filter(({ sheet }) => sheet === null);
  // A page without one of its styles can still be used.
  await Promise.all(late.map((link) => Promise.race([once(link, 'load'), once(link, 'error')])));
}

const once = (target: EventTarget, type: string): Promise<unknown> =>
  new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
