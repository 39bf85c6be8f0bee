// The pages are built once into dist/ and served from inside the binary; there is no server in the shipped app.
import { fileURLToPath } from 'node:url'

import { paraglideVitePlugin } from '@inlang/paraglide-js'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The choice of a language that every compiled message writes out; `lib/spoken` makes it once for all of them. */
const CHOICE = /\(\(inputs(?: = \{\})?, options = \{\}\) => \{\s*const locale = [^\n]*\s*if \(locale === "en"\) return (\w+)\(inputs\)\s*return (\w+)\(inputs\)\s*\}\)/

const shorter: Plugin = {
  name: 'sidedesk-shorter-messages',
  transform(code, id) {
    if (!/paraglide\/messages\/\w+\.js$/.test(id) || !CHOICE.test(code)) return null
    return { code: `import { spoken } from '$lib/spoken'\n${code.replace(CHOICE, '/*#__PURE__*/ spoken($1, $2)')}`, map: null }
  },
}

export default defineConfig(({ mode }) => ({
  plugins: [
    // Tests compile the messages beforehand: the plugin keeps a watcher open that vitest would wait for.
    mode === 'test'
      ? []
      : paraglideVitePlugin({
          project: './project.inlang',
          outdir: './src/lib/paraglide',
          strategy: ['preferredLanguage', 'baseLocale'],
        }),
    shorter,
    svelte(),
  ],
  resolve: {
    alias: { $lib: at('./src/lib'), $components: at('./src/components'), $views: at('./src/views'), $test: at('./src/test') },
    // Without it vitest would pick Svelte's server build, which mounts nothing.
    ...(mode === 'test' ? { conditions: ['browser'] } : {}),
  },
  build: { target: ['safari16', 'es2022'], assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  test: { environment: 'jsdom', include: ['src/**/*.test.ts'] },
}))
