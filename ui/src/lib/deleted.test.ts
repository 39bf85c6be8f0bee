import { expect, test } from 'vitest'

import { leftWords } from '$lib/deleted'

const NOW = Date.parse('2026-11-19T10:42:00Z')
const DAY = 86_400_000

test('days left end with the last one', () => {
  for (const [left, words] of [[33, '30 days left'], [30, '30 days left'], [29.99, '30 days left'], [2, '2 days left'], [1.2, '1 day left'], [0.9, 'last day'], [-1, 'last day']] as const) {
    expect(leftWords({ until_ms: NOW + left * DAY }, NOW), String(left)).toBe(words)
  }
})
