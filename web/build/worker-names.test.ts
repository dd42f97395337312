import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));

test('the scripts of Workers have names by which the server sends what they may do', () => {
  const addresses = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') || path.endsWith('.tsx'))
    .map((path) => readFileSync(src + path, 'utf8'))
    .flatMap((text) =>
      [...text.matchAll(/new Worker\((?:trustedScriptUrl\()?(\w+)/g)].map(
        ([, name]) => new RegExp(`import ${name} from '([^']+)'`).exec(text)?.[1],
      ),
    );
  expect(addresses.length).toBeGreaterThanOrEqual(5);
  // Under the policy of other files a Worker can do nothing (server/platform/http/static_site.cpp).
  for (const address of addresses) expect(address).toMatch(/-worker\.ts\?worker&url$/);
});
