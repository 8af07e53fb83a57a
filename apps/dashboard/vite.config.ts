import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The control plane that `vite` passes API calls to while somebody works on the dashboard. */
const controlPlane = process.env['SLUICE_DEV_CONTROL_PLANE'] ?? 'http://127.0.0.1:9180';

export default defineConfig({
  plugins: [react()],
  server: { host: '127.0.0.1', proxy: { '/api': controlPlane } },
  build: {
    target: 'es2023',
    // The control plane serves a strict content security policy: nothing may be inlined as a data URL but images.
    assetsInlineLimit: 0,
  },
});
