// The registry is the one place for keys: what has a key is in the sheet, and nobody else listens to letters.
import { readdirSync, readFileSync } from 'node:fs'

import { mount, unmount } from 'svelte'
import { expect, test } from 'vitest'

import { COMMANDS } from '$lib/commands'

import KeySheet from './KeySheet.svelte'

const SOURCES = ['views', 'components']
  .flatMap((tier) => readdirSync(`src/${tier}`, { recursive: true, encoding: 'utf8' }).map((path) => `src/${tier}/${path}`))
  .filter((path) => /\.(svelte|ts)$/.test(path) && !path.endsWith('.test.ts'))

test('every command has an id and a name of its own', () => {
  const ids = COMMANDS.map((one) => one.id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const one of COMMANDS) expect(one.name().trim(), one.id).not.toBe('')
})

test('only keys with Ctrl and Esc work while somebody types', () => {
  for (const one of COMMANDS) if (one.whileTyping) expect(one.key, one.id).toMatch(/^(mod\+.+|escape)$/)
})

test('every command with a key is in the key sheet', async () => {
  HTMLDialogElement.prototype.showModal = () => undefined
  HTMLDialogElement.prototype.close = () => undefined
  const sheet = mount(KeySheet, { target: document.body, props: { onclose: () => undefined } })
  const listed = [...document.querySelectorAll<HTMLElement>('[data-testid=key-line]')].map((line) => line.dataset['command'])
  for (const one of COMMANDS) if (one.key) expect(listed, one.id).toContain(one.id)
  await unmount(sheet)
})

/** A comparison of a pressed key with one letter, digit or sign. Space belongs to whatever has the focus. */
const LETTER = /\bkey(?:\.toLowerCase\(\))?\s*[=!]==?\s*(['"`])[^\s'"`]\1|(['"`])[^\s'"`]\2\s*[=!]==?\s*\w*\.?key\b|\bcode\s*===\s*['"](?:Key|Digit)/

test('the pattern finds what it looks for', () => {
  for (const bad of ["event.key === 'c'", "key.toLowerCase() === 'k'", "'?' === event.key", "event.code === 'KeyC'"]) expect(bad).toMatch(LETTER)
  for (const good of ["event.key === 'Enter'", "event.key === ' '", "row.key === 'seen'", "event.key === 'ArrowUp'"]) expect(good).not.toMatch(LETTER)
})

test.each(SOURCES)('%s listens to no letter of its own', (path) => {
  const source = readFileSync(path, 'utf8')
  expect(source).not.toMatch(LETTER)
  expect(source).not.toMatch(/addEventListener\(\s*['"]key/)
})
