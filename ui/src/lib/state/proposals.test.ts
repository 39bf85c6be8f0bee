import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { proposals, READ_MS } from '$lib/state/proposals.svelte'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a proposal counts once it has been on the screen long enough to be read', () => {
  proposals.stands('clash/x1', 'd1')
  vi.advanceTimersByTime(READ_MS - 1)
  expect(proposals.read('clash/x1')).toBeNull()
  vi.advanceTimersByTime(1)
  expect(proposals.read('clash/x1')).toBe('d1')
  expect(proposals.read('complaint/x1')).toBeNull()
})

test('one that has just come does not count, and the one before it does', () => {
  const gone = proposals.stands('clash/x2', 'd1')
  vi.advanceTimersByTime(READ_MS)
  gone()
  const left = proposals.stands('clash/x2', 'd2')
  vi.advanceTimersByTime(READ_MS - 1)
  expect(proposals.read('clash/x2')).toBe('d1')
  left()
  vi.advanceTimersByTime(READ_MS)
  expect(proposals.read('clash/x2')).toBe('d1')
})
