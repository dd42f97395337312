/**
 * The page's only Trusted Types policy (`trusted-types reprise` in the CSP). `new Worker(url)` and
 * `audioWorklet.addModule(url)` accept only URLs from this policy, which allows only scripts of our own origin.
 */

type ScriptUrlPolicy = { createScriptURL(url: string): unknown };
type PolicyFactory = {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): ScriptUrlPolicy;
};

const scope = globalThis as {
  trustedTypes?: PolicyFactory;
  location?: { href: string; origin: string };
};

const ownScript = (url: string): string => {
  const absolute = new URL(url, scope.location?.href);
  if (absolute.origin !== scope.location?.origin) throw new TypeError(`Not our script: ${url}`);
  return absolute.href;
};

const policy = scope.trustedTypes?.createPolicy('reprise', { createScriptURL: ownScript });

/**
 * `url` is what Vite gives for `import url from './x-worker.ts?worker&url'`. The result is declared as a string because the
 * DOM types of TypeScript 5.9 know no TrustedScriptURL. Throws a TypeError for another origin.
 */
export const trustedScriptUrl = (url: string): string =>
  (policy ? policy.createScriptURL(url) : ownScript(url)) as string;
