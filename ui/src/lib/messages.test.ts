import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

type Catalogue = Record<string, unknown>

function catalogue(locale: string): Catalogue {
  return JSON.parse(readFileSync(`messages/${locale}.json`, 'utf8')) as Catalogue
}

/** `{name}` in a message, wherever it stands. */
function inputs(message: unknown): string[] {
  const found = [...JSON.stringify(message).matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
  return [...new Set(found)].sort()
}

test('every language has every message, with the same inputs', () => {
  const english = catalogue('en')
  const german = catalogue('de')
  expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort())
  for (const [key, message] of Object.entries(english)) {
    expect(inputs(german[key]), key).toEqual(inputs(message))
  }
})

test('no message shouts, begs, apologises or speaks of a reset', () => {
  const said = Object.entries(catalogue('en')).filter(([key]) => key !== '$schema')
  for (const [key, message] of said) {
    expect(JSON.stringify(message), key).not.toMatch(/!|\bplease\b|\boops\b|\bsorry\b|successfully|\breset/i)
  }
})
