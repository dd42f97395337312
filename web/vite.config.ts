import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** `npm run dev` serves the app on 5173 and passes the API on to a running server. */
export default defineConfig({
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    // Keeps light-dark() as it is: an element with its own color-scheme (words on the matte) relies on it.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // The journal reads its schemas from api/, beside web/.
  server: { proxy: { '/api': 'http://localhost:8080' }, fs: { allow: ['..'] } },
  // Stylesheets are empty in tests, except those that a test reads as text.
  test: {
    css: { include: [/\?raw$/] },
    include: ['src/**/*.test.{ts,tsx}', 'build/**/*.test.ts'],
  },
});
