// The arrows between the tiers are rules here: views → components → lib, shared components know no concept, and only
// lib/ipc knows Tauri.
import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'

import svelteConfig from './svelte.config.js'

const tauri = { group: ['@tauri-apps/*'], message: 'Only src/lib/ipc knows Tauri; export a function there.' }
const parents = { group: ['../*'], message: 'Use $lib, $components, $views or $test.' }
const bindings = { group: ['$lib/ipc/bindings/*'], message: 'Import types from $lib/ipc/types.' }
const views = { group: ['$views/*'], message: 'A component does not know the view that shows it.' }
const concepts = {
  group: ['$components/*', '!$components/shared', '!$components/shared/*'],
  message: 'A shared component knows no concept.',
}
const state = { group: ['$lib/state/*', '$lib/ipc', '$lib/ipc/*'], message: 'A shared component knows no concept.' }
const noImports = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] })

export default ts.config(
  { ignores: ['dist', 'node_modules', 'src/lib/paraglide', 'src/lib/ipc/bindings', 'project.inlang'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
      ...noImports(tauri, parents, bindings),
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
    rules: {
      'svelte/no-at-html-tags': 'error',
      'svelte/button-has-type': 'error',
      // A Map that is made, read and thrown away in one function needs no reactivity.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  { files: ['src/components/**'], rules: noImports(tauri, parents, bindings, views) },
  { files: ['src/components/shared/**'], rules: noImports(tauri, parents, bindings, views, concepts, state) },
  {
    files: ['src/lib/**'],
    rules: noImports(tauri, parents, bindings, views, {
      group: ['$components/*'],
      message: 'lib is below the components.',
    }),
  },
  { files: ['src/lib/ipc/**'], rules: { 'no-restricted-imports': 'off' } },
)
