// The pages are built once into dist/ and served from inside the binary; there is no server in the shipped app.
import { fileURLToPath } from 'node:url'

import { paraglideVitePlugin } from '@inlang/paraglide-js'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The choice of a language that every compiled message writes out; `lib/spoken` makes it once for all of them. */
const CHOICE = /\(\(inputs(?: = \{\})?, options = \{\}\) => \{\s*const locale = [^\n]*\s*if \(locale === "en"\) return (\w+)\(inputs\)\s*return (\w+)\(inputs\)\s*\}\)/

/** A message that is always the same: its words alone. */
const PLAIN = /\(\) => \{\s*return (?:\/\*\*[^*]*\*\/ )?\((`(?:[^`\\]|\\.)*`)\)\s*\};/g
/** Of one and of many: both languages have these two forms, and one is 1. */
const COUNTED =
  /=> \{const n = registry\.plural\("\w+", i\?\.(\w+), \{\}\);\s*if \(n === "one"\) return (?:\/\*\*[^*]*\*\/ )?\((`(?:[^`\\]|\\.)*`)\);\s*if \(n === "other"\) return (?:\/\*\*[^*]*\*\/ )?\((`(?:[^`\\]|\\.)*`)\);\s*return [^;]*;\s*\};/g

const shorter: Plugin = {
  name: 'sidedesk-shorter-messages',
  transform(code, id) {
    if (!/paraglide\/messages\/\w+\.js$/.test(id) || !CHOICE.test(code)) return null
    const short = code.replace(CHOICE, '/*#__PURE__*/ spoken($1, $2)').replace(PLAIN, '$1;').replace(COUNTED, '=> (Number(i.$1) === 1 ? $2 : $3);').replaceAll('i?.', 'i.')
    return { code: `import { spoken } from '$lib/spoken'\n${short}`, map: null }
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
    // Class names of components are told apart by four letters: they stand in every element.
    svelte({ compilerOptions: { cssHash: ({ hash, css }) => `s${hash(css).slice(0, 4)}` } }),
  ],
  resolve: {
    alias: { $lib: at('./src/lib'), $components: at('./src/components'), $views: at('./src/views'), $test: at('./src/test') },
    // Without it vitest would pick Svelte's server build, which mounts nothing.
    ...(mode === 'test' ? { conditions: ['browser'] } : {}),
  },
  build: {
    target: ['safari16', 'es2022'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Shorter names in smaller pieces: 2 % less to load than without (size.mjs).
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'vendor', test: /node_modules/ },
            { name: 'lib', test: /src\/lib\/(?!paraglide)/ },
          ],
        },
      },
    },
  },
  test: { environment: 'jsdom', include: ['src/**/*.test.ts'] },
}))
