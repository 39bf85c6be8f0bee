import { readdirSync, readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

type Catalogue = Record<string, unknown>

const AREAS = readdirSync('messages')

/** Every area's messages of one language; a key that two areas have would hide one of them. */
function catalogue(locale: string): Catalogue {
  const all: Catalogue = {}
  for (const area of AREAS) {
    const { $schema, ...said } = JSON.parse(readFileSync(`messages/${area}/${locale}.json`, 'utf8')) as Catalogue
    expect($schema, `${area}/${locale}`).toBeDefined()
    for (const key of Object.keys(said)) expect(all, `${area}: ${key}`).not.toHaveProperty(key)
    Object.assign(all, said)
  }
  return all
}

test('every area is one that is compiled', () => {
  const settings = JSON.parse(readFileSync('project.inlang/settings.json', 'utf8')) as {
    'plugin.inlang.messageFormat': { pathPattern: string[] }
  }
  const compiled = settings['plugin.inlang.messageFormat'].pathPattern
  expect(compiled.toSorted()).toEqual(AREAS.map((area) => `./messages/${area}/{locale}.json`).toSorted())
})

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
  const said = Object.entries(catalogue('en'))
  // An exclamation mark that ends no word is one that is typed: `!3` is a severity.
  for (const [key, message] of said) {
    expect(JSON.stringify(message), key).not.toMatch(/[\p{L}\p{N}]!|\bplease\b|\boops\b|\bsorry\b|successfully|\breset/iu)
  }
})
