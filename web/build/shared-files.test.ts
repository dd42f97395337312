import { expect, test } from 'vitest';
import { neededBy } from './shared-files.ts';

const kBarrel = '/node_modules/lucide-react/dist/esm/lucide-react.mjs';
const modules: Record<string, { importedIds: readonly string[]; code: string | null }> = {
  '/src/app/start.tsx': {
    importedIds: ['/src/ui/menu.tsx', '/src/ui/loop.ts'],
    code: "import './menu';",
  },
  '/src/ui/menu.tsx': {
    importedIds: [kBarrel],
    code: 'import { Menu, Play as Go } from "lucide-react";',
  },
  '/src/ui/loop.ts': { importedIds: ['/src/app/start.tsx'], code: null },
  '/src/ui/player.tsx': {
    importedIds: [kBarrel, '/src/ui/menu.tsx'],
    code: 'import { Pause } from "lucide-react";',
  },
  [kBarrel]: {
    importedIds: ['/icons/menu.mjs', '/icons/play.mjs', '/icons/pause.mjs', '/icons/menu-2.mjs'],
    code:
      "export { default as LucideMenu, default as Menu } from './icons/menu.mjs';\n" +
      "export { default as Play, default as PlayIcon } from './icons/play.mjs';\n" +
      "export { default as Pause } from './icons/pause.mjs';\n" +
      "export { default as Menu2 } from './icons/menu-2.mjs';\n",
  },
};

test('what some modules need are their imports, and of the icons those they name', () => {
  const needed = neededBy(['/src/app/start.tsx'], (id) => modules[id] ?? null);
  expect([...needed].toSorted()).toEqual([
    '/icons/menu.mjs',
    '/icons/play.mjs',
    kBarrel,
    '/src/app/start.tsx',
    '/src/ui/loop.ts',
    '/src/ui/menu.tsx',
  ]);
});
