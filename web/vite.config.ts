import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const node = 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte()],
  build: {
    // the server half serves this folder; it is never committed
    outDir: '../src/hansa/console/static',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 1500,
  },
  server: {
    proxy: { '/console': node, '/desk': node, '/ngsi-ld': node, '/openapi.json': node },
  },
});
