// Lists what is part of the programs, and its licences: npm packages of the web app, Debian libraries of the server.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const WEB = fileURLToPath(new URL('..', import.meta.url));
/** The libraries that `reprise` links. Each licence is in the package's own copyright file (DEP 5). */
const DEBIAN: Readonly<Record<string, string>> = {
  'libboost-dev': 'BSL-1.0',
  libarchive13: 'BSD-2-Clause',
  'libjpeg62-turbo': 'IJG AND BSD-3-Clause',
  libpq5: 'PostgreSQL',
  zlib1g: 'Zlib',
  libssl3: 'Apache-2.0',
  'libsqlite3-0': 'public domain',
  libfmt9: 'MIT',
  libicu72: 'Unicode-DFS-2016',
  libopus0: 'BSD-3-Clause',
  libvpx7: 'BSD-3-Clause',
  libseccomp2: 'LGPL-2.1',
  'libprometheus-cpp-core1.0': 'MIT',
  'libyaml-cpp0.7': 'MIT',
};

/** Packages that name their licence in their Readme only. */
const IN_README: Readonly<Record<string, string>> = { 'combine-errors': 'MIT' };

type Package = { readonly name: string; readonly version: string; readonly licence: string };
type Locked = {
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
};

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** The packages that `web/package.json` brings into the app, and the packages that those need, by name. */
function npmPackages(): Map<string, Package> {
  const lock: Readonly<Record<string, Locked | undefined>> = json(
    join(WEB, 'package-lock.json'),
  ).packages;
  const found = new Map<string, Package>();
  const visit = (name: string, from: string): void => {
    // Searches as Node does: the nearest node_modules upwards.
    for (let at = from; ; at = at.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, '')) {
      const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
      const entry = lock[path];
      if (entry) {
        if (found.has(path)) return;
        const licence = entry.license ?? IN_README[name] ?? 'see package';
        found.set(path, { name, version: entry.version, licence });
        for (const next of Object.keys(entry.dependencies ?? {})) visit(next, path);
        return;
      }
      if (at === '') return; // optional, and not for this system
    }
  };
  for (const name of Object.keys(json(join(WEB, 'package.json')).dependencies)) visit(name, '');
  return found;
}

const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;
/** The texts of their licences, the same text once, below the packages that it is of. */
export function licenceTexts(): string {
  const texts = new Map<string, string[]>();
  for (const [path, { name, version }] of npmPackages()) {
    const folder = join(WEB, path);
    const files = existsSync(folder)
      ? readdirSync(folder, { withFileTypes: true }).filter(
          (entry) => entry.isFile() && LICENCE_FILE.test(entry.name),
        )
      : [];
    for (const file of files) {
      const text = readFileSync(join(folder, file.name), 'utf8').trim();
      texts.set(text, [...(texts.get(text) ?? []), `${name} ${version}`]);
    }
  }
  return [...texts].map(([text, names]) => `${names.join(', ')}\n\n${text}\n`).join('\n----\n\n');
}

/** Versions are those on the machine that builds. A library that is not installed there has no version. */
function debianPackages(): Package[] {
  const status = '/var/lib/dpkg/status';
  const blocks = existsSync(status) ? readFileSync(status, 'utf8').split('\n\n') : [];
  const versions = new Map<string, string>();
  for (const block of blocks) {
    const name = /^Package: (.+)$/m.exec(block)?.[1];
    if (name && name in DEBIAN) versions.set(name, /^Version: (.+)$/m.exec(block)?.[1] ?? '');
  }
  return Object.entries(DEBIAN).map(([name, licence]) => ({
    name,
    version: versions.get(name) ?? '',
    licence,
  }));
}

export function licences() {
  const byName = (a: Package, b: Package) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  return { npm: [...npmPackages().values()].sort(byName), debian: debianPackages().sort(byName) };
}

/** A Vite plugin: writes the list to `/licences.json` and the texts to `/licences.txt` in each build. */
export const licencesFile = (): Plugin => ({
  name: 'licences',
  generateBundle() {
    this.emitFile({
      type: 'asset',
      fileName: 'licences.json',
      source: JSON.stringify(licences()),
    });
    this.emitFile({ type: 'asset', fileName: 'licences.txt', source: licenceTexts() });
  },
});
