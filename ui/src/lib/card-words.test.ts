import { expect, test } from 'vitest'

import { inForce } from '$lib/card-words'

const at = (text: string): number => Date.parse(text)
const NOW = at('2026-11-19T09:42:00Z')
const START = at('2026-11-21T14:00:00Z')
const END = at('2026-11-28T14:00:00Z')

test.each([
  [null, null, NOW, undefined],
  [START, END, NOW, 'In force in 2 d 4 h'],
  [START, END, START, 'In force, 7 d left'],
  [START, null, START, 'In force'],
  [START, END, END, 'Over since Sat 28 Nov'],
  [null, END, NOW, undefined],
  [null, END, END, 'Over since Sat 28 Nov'],
])('from %s to %s at %s', (start_ms, end_ms, now, expected) => {
  expect(inForce({ start_ms, end_ms }, 'Europe/Berlin', now)).toBe(expected)
})
