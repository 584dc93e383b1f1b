import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // The pages are served below the issuer's path, which the build does not know.
  base: './',
  plugins: [react()],
  resolve: { conditions: ['source', 'module', 'browser', 'default'] },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // The pages are served with `default-src 'self'`: nothing may end up as a data: address or an inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
