import { expect, test } from 'vitest'

import { twoPlaces } from '$lib/sheet'

test('two different places of the sheet, in their order, each of them now and then', () => {
  const seen = new Set<number>()
  for (let turn = 0; turn < 2000; turn += 1) {
    const [first, second] = twoPlaces(24)
    expect(first).toBeLessThan(second)
    seen.add(first).add(second)
  }
  expect([seen.size, Math.min(...seen), Math.max(...seen)]).toEqual([24, 1, 24])
})
