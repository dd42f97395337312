import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { licencesFile } from './build/licences.ts';
import { sharedFiles } from './build/shared-files.ts';

/** What the first script uses is bundled with it. Everything else that pages share is one file. */
const kFirst =
  /\/src\/(app\/(main|theme|early-keys|draw-first|drawer-query|first-picture|page-ready)|ui\/(settings|shortcut-name|format|recording-title|router\/addresses|row-seam|row-seam-paths)|api\/(early-answers|early-view|first-requests)|media\/player\/player-video)\.ts$/;

/** What only answers in Markdown need. It comes with the first of them. */
const kMarkdown =
  /\/node_modules\/(@ungap\/structured-clone|bail|ccount|character-entities|comma-separated-tokens|debug|decode-named|dequal|devlop|escape-string-regexp|estree-util|extend|hast|html-url|inline-style|is-plain-obj|longest-streak|markdown-table|mdast|micromark|ms\/|parse-entities|property-information|react-markdown|rehype|remark|space-separated-tokens|style-to|trim-lines|trough|unified|unist|vfile|zwitch)/;

/** What tells words of code apart, and what draws formulas: each comes with the first of its kind. */
const kCodeWords = /\/node_modules\/(lowlight|highlight\.js)\//;
const kFormulas = /\/node_modules\/temml\//;

/** What draws charts. It comes with the first of them. */
const kCharts = /\/node_modules\/uplot\//;

/** What draws only what is in view. It comes with the first list that is long. */
const kLongLists =
  /\/(node_modules\/@tanstack\/(react-virtual|virtual-core)\/|src\/ui\/(virtual-list|scroll-memory)\.tsx?$)/;

/** What sends files. It comes with the first of them. */
const kUploads =
  /\/node_modules\/(tus-js-client|buffer-from|combine-errors|custom-error-instance|is-stream|js-base64|lodash|proper-lockfile|querystringify|requires-port|url-parse)/;

/** The player, which pages of shared recordings show too; no other page needs it. */
const kPlayer = /\/src\/features\/playback\//;

/** What both pages with a composer need, and no other. */
const kTyping = /\/src\/(features\/chat\/(composer|drafts)|api\/(messages|sse))\.tsx?$/;

const shared = sharedFiles();

/**
 * The font of nearly all text, requested with the page, since it is used only when it has come before the first paint.
 */
const preloadFont = (): Plugin => ({
  name: 'preload-font',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle }) =>
      Object.keys(bundle ?? {})
        .filter((file) => /inter-latin-(?!ext-)[^/]*\.woff2$/.test(file))
        .map((file) => ({
          tag: 'link',
          attrs: {
            rel: 'preload',
            as: 'font',
            type: 'font/woff2',
            crossorigin: true,
            href: `/${file}`,
          },
          injectTo: 'head' as const,
        })),
  },
});

/** Refuses files that import each other: which of them runs first depends on which arrives first, and the page may stay empty. */
const refuseCycles = (): Plugin => ({
  name: 'refuse-cycles',
  generateBundle(_options, bundle) {
    const importsOf = (file: string) => {
      const one = bundle[file];
      return one?.type === 'chunk' ? one.imports : [];
    };
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file))
        this.error(`files import each other: ${[...path, file].join(' > ')}`);
      for (const next of importsOf(file)) visit(next, [...path, file]);
    };
    for (const file of Object.keys(bundle)) visit(file, []);
  },
});

/** `npm run dev` serves the app on 5173 and passes the API on to a running server. */
export default defineConfig({
  plugins: [react(), preloadFont(), shared.plugin, refuseCycles(), licencesFile()],
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    // Keeps light-dark(), because an element with its own color-scheme (words on the matte) needs it.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Into two files; what comes later is loaded with the first part that is not on the first screen.
    cssCodeSplit: true,
    sourcemap: false,
    assetsInlineLimit: 0,
    // A part that is loaded later names the files that it imports, so that they are not asked for one after the other. The page
    // itself names none but the first script and its styles: what loads beside these holds up the first rows.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_file, needed, { hostType }) => (hostType === 'js' ? needed : []),
    },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: shared.stylesName, debugName: 'styles', test: /\.css$/, priority: 2 },
            // Every page needs these. Shared modules need some of them too, so that they must not stay with the start.
            { name: 'markdown', test: kMarkdown, priority: 1 },
            { name: 'code-words', test: kCodeWords, priority: 1 },
            { name: 'formulas', test: kFormulas, priority: 1 },
            { name: 'uploads', test: kUploads, priority: 1 },
            { name: 'charts', test: kCharts, priority: 1 },
            { name: 'long-lists', test: kLongLists, priority: 1 },
            { name: 'player', test: kPlayer, priority: 1 },
            { name: 'typing', test: kTyping, priority: 1 },
            { name: 'libraries', test: /\/node_modules\/(?!lucide-)/ },
            {
              name: shared.name,
              debugName: 'shared',
              test: (id) => !kFirst.test(id),
              minShareCount: 2,
            },
          ],
          includeDependenciesRecursively: false,
        },
      },
    },
  },
  // The journal reads its schemas from api/, beside web/.
  server: { proxy: { '/api': 'http://localhost:8080' }, fs: { allow: ['..'] } },
  // Stylesheets are empty in tests, except those that a test reads as text.
  test: {
    css: { include: [/\?raw$/] },
    include: ['src/**/*.test.{ts,tsx}', 'build/**/*.test.ts'],
    setupFiles: ['build/test-setup.ts'],
    testTimeout: 20_000,
    expect: { poll: { timeout: 8_000 } },
  },
});
