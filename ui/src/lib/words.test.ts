import { readFileSync } from 'node:fs'

import { afterEach, expect, test } from 'vitest'

import { overwriteGetLocale } from '$lib/paraglide/runtime'
import { errorAlone, errorWords } from '$lib/words'

/** Every code that Rust can send, from the generated union. */
const CODES = [...readFileSync('src/lib/ipc/bindings/ErrorCode.ts', 'utf8').matchAll(/"([a-z_]+)"/g)].map((match) => match[1] ?? '')

const of = (code: string, more: { field?: string; value?: string; message?: string } = {}) => ({
  code,
  message: 'the words of rust',
  field: null,
  value: null,
  ...more,
})

afterEach(() => overwriteGetLocale(() => 'en'))

test('the union of codes was read', () => {
  expect(CODES.length).toBeGreaterThan(30)
  expect(CODES).toContain('input_date')
})

test.each(['en', 'de'] as const)('every code has words of its own in %s', (locale) => {
  overwriteGetLocale(() => locale)
  // These pass on why, in the words that came with them.
  const passing = ['file', 'file_damaged', 'invite', 'hub', 'input', 'not_allowed']
  for (const code of CODES) {
    const words = errorWords(of(code, { value: 'VALUE' }))
    if (!passing.includes(code)) expect(words, code).not.toContain('The words of rust')
    expect(words, code).toMatch(/^[\p{Lu}“„].*\.$/u)
    expect(words, code).not.toMatch(/undefined|\{/)
  }
})

test('what was typed and what is allowed stand in the sentence', () => {
  expect(errorWords(of('input_date', { value: 'soon' }))).toContain('“soon”')
  expect(errorWords(of('input_range', { value: '1–5' }))).toContain('1–5')
  expect(errorWords(of('held', { value: 'sidedesk, process 7' }))).toContain('process 7')
  expect(errorWords(of('not_your_function', { value: 'marketing' }))).toBe('Marketing signs this.')
})

test('away from its field the sentence names it', () => {
  const error = of('input_time', { field: 'standup', value: '25 h' })
  expect(errorWords(error)).toMatch(/^“25 h” is not/)
  expect(errorAlone(error)).toMatch(/^Standup: “25 h” is not/)
  expect(errorAlone(of('not_found', { field: 'campaign' }))).toMatch(/^It is no longer/)
})

test('a code from a newer version shows what came with it', () => {
  expect(errorWords(of('moon_in_the_way', { message: 'the moon is in the way; wait' }))).toBe('The moon is in the way; wait.')
})
