import type { Plugin } from 'vite';

/** With these the first screen is drawn. */
const kFirstScreen = /\/src\/app\/(main\.ts|start\.tsx|routes\/home-route\.tsx)$/;
const kIcons = /\/lucide-react\/dist\/esm\/lucide-react\.mjs$/;

type ModuleOf = (
  id: string,
) => { readonly importedIds: readonly string[]; readonly code: string | null } | null;

/** The names that a module imports from the library of icons. */
const iconsIn = (code: string): readonly string[] =>
  [...code.matchAll(/import\s*\{([^}]*)\}\s*from\s*["']lucide-react["']/g)].flatMap(([, names]) =>
    (names ?? '').split(',').map((name) => (name.trim().split(/\s/)[0] ?? '').trim()),
  );

/**
 * The modules that the given ones need, with themselves. The library of icons names all of its icons in one module: of
 * these only those count that somebody imports. Pure.
 */
export function neededBy(entries: readonly string[], moduleOf: ModuleOf): ReadonlySet<string> {
  const needed = new Set<string>();
  const icons = new Set<string>();
  const add = (id: string): void => {
    if (needed.has(id)) return;
    needed.add(id);
    const { importedIds = [], code = '' } = moduleOf(id) ?? {};
    for (const name of iconsIn(code ?? '')) icons.add(name);
    for (const next of importedIds) if (!kIcons.test(next)) add(next);
    for (const all of importedIds.filter((next) => kIcons.test(next))) needed.add(all);
  };
  for (const id of entries) add(id);
  for (const all of [...needed].filter((id) => kIcons.test(id))) {
    const { importedIds = [], code = '' } = moduleOf(all) ?? {};
    for (const [, names, file] of (code ?? '').matchAll(/export \{([^}]*)\} from '\.(\/[^']+)'/g)) {
      if (!(names ?? '').split(/\W+/).some((name) => icons.has(name))) continue;
      const id = importedIds.find((one) => one.endsWith(file ?? ''));
      if (id !== undefined) add(id);
    }
  }
  return needed;
}

/**
 * What pages share is two files: `shared`, which the first screen needs, and `shared-later`, which it does not; so are the
 * styles of everything: `styles` and `styles-later`. `name` and `stylesName` are for the groups of the bundler, `plugin`
 * finds out what the first screen needs.
 */
export function sharedFiles(): {
  readonly plugin: Plugin;
  readonly name: (id: string) => string;
  readonly stylesName: (id: string) => string;
} {
  let first: ReadonlySet<string> = new Set();
  return {
    plugin: {
      name: 'shared-files',
      buildEnd() {
        const entries = [...this.getModuleIds()].filter((id) => kFirstScreen.test(id));
        first = neededBy(entries, (id) => this.getModuleInfo(id));
      },
    },
    name: (id) => (first.has(id) ? 'shared' : 'shared-later'),
    stylesName: (id) => (first.has(id) ? 'styles' : 'styles-later'),
  };
}
