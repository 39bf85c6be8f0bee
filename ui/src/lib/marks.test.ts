import { expect, test } from 'vitest'

import { pieces } from '$lib/marks'

const marked = (text: string, words: string[]): string =>
  pieces(text, words).map((piece) => (piece.hit ? `[${piece.text}]` : piece.text)).join('')

test.each([
  ['Free shipping EU', ['free'], '[Free] shipping EU'],
  ['Free shipping EU', ['ship', 'eu'], 'Free [ship]ping [EU]'],
  ['carefree', ['free'], 'carefree'],
  ['Späte Pakete, späte', ['spate'], '[Späte] Pakete, [späte]'],
  ['Spa\u0308te', ['spät'], '[Spa\u0308t]e'],
  ['🥾 boots 🥾', ['boots'], '🥾 [boots] 🥾'],
  ['<b>free</b>', ['free'], '<b>[free]</b>'],
  ['BOOT10', ['boot1', 'boot'], '[BOOT1]0'],
  ['anything', [''], 'anything'],
])('%s looked for with %s', (text, words, expected) => {
  expect(marked(text, words)).toBe(expected)
  expect(pieces(text, words).map((piece) => piece.text).join('')).toBe(text)
})

test('a text of 10,000 letters is marked in no time', () => {
  const began = performance.now()
  pieces('boots and more boots '.repeat(500), ['bo', 'mo'])
  expect(performance.now() - began).toBeLessThan(250)
})
