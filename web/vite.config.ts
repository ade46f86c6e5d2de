import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  // The bundle's size is watched by tools/bundle.mjs.
  logLevel: process.argv.includes('build') ? 'warn' : 'info',
  build: {
    target: 'es2022',
    manifest: true,
    sourcemap: false,
    reportCompressedSize: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
  },
  server: {
    port: 5173,
    // The host stays the page's own: the server refuses changes that another origin asks for.
    proxy: Object.fromEntries(
      ['/api', '/hooks', '/oauth'].map((path) => [
        path,
        { target: process.env.CAUSEWAY_URL ?? 'http://127.0.0.1:7400', changeOrigin: false },
      ]),
    ),
  },
});
