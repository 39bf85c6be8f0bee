import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { LEAST, tooShort } from '$lib/passphrase'

test('the page asks for as many characters as Rust does', () => {
  const rust = readFileSync('../src-tauri/crates/keystore/src/passphrase.rs', 'utf8')
  expect(rust).toContain(`pub const SHORTEST_PASSPHRASE: usize = ${LEAST};`)
})

test('characters count, not the units they are made of', () => {
  expect(tooShort('123456789')).toBe(true)
  expect(tooShort('1234567890')).toBe(false)
  expect(tooShort('🦊'.repeat(9))).toBe(true)
  expect(tooShort('🦊'.repeat(10))).toBe(false)
  expect(tooShort('a\u0308'.repeat(9)), 'an umlaut that is typed in two parts').toBe(true)
})
