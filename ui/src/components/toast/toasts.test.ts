import { mount, tick, unmount } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { m } from '$lib/paraglide/messages'
import { announcer, toasts } from '$lib/state/toasts.svelte'

import Toasts from './Toasts.svelte'

let shown: Record<string, unknown>
beforeEach(() => {
  vi.useFakeTimers()
  shown = mount(Toasts, { target: document.body })
})
afterEach(async () => {
  for (const toast of toasts.list) toasts.close(toast.id)
  await unmount(shown)
  vi.useRealTimers()
})

const all = (id: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`[data-testid=${id}]`)]

test('a toast leaves by itself, and not while it has the focus', async () => {
  toasts.say('Moved Free shipping EU', { label: m.undo(), run: () => undefined })
  await tick()
  const action = all('toast-action')[0]
  action?.focus()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(all('toast').length).toBe(1)
  action?.blur()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(all('toast').length).toBe(1)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(all('toast').length).toBe(0)
})

test('the way back is a button, with the key that does the same', async () => {
  const run = vi.fn()
  toasts.say('Moved', { label: m.undo(), run })
  await tick()
  expect(all('toast-action')[0]?.textContent).toContain('Ctrl Z')
  all('toast-action')[0]?.click()
  await tick()
  expect([run.mock.calls.length, all('toast').length]).toEqual([1, 0])
})

test('what went wrong is said at once, what was done in its turn', async () => {
  announcer.say('Moved')
  toasts.problem('Not saved: the disk is full.')
  await tick()
  const [polite, urgent] = [all('announcer')[0], all('announcer-urgent')[0]]
  expect([polite?.getAttribute('role'), polite?.textContent]).toEqual(['status', 'Moved'])
  expect([urgent?.getAttribute('role'), urgent?.textContent]).toEqual(['alert', 'Not saved: the disk is full.'])
  toasts.problem('Not saved: the disk is full.')
  await tick()
  expect(urgent?.textContent).not.toBe('Not saved: the disk is full.')
  expect(urgent?.textContent?.trim()).toBe('Not saved: the disk is full.')
})
