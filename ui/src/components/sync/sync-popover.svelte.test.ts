import { mount, tick, unmount } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { StatusDto } from '$lib/ipc/types'

import SyncPopover from './SyncPopover.svelte'

const STATUS: StatusDto = { state: 'synced', since_ms: 0, waiting: 0, problem: null, hub: 'wss://hub.example.com', refused: [], present: [] }
const JOB = { kind: 'check', done: 12, total: 100, can_stop: true }
const onstop = vi.fn()
const props = $state({ status: STATUS, zone: 'UTC', onclose: () => undefined, onshare: () => undefined, onstop })
let shown: Record<string, unknown> | null = null

beforeEach(() => {
  vi.useFakeTimers()
  onstop.mockReset()
})
afterEach(async () => {
  if (shown) await unmount(shown)
  shown = null
  vi.useRealTimers()
})

async function show(change: Partial<StatusDto>): Promise<void> {
  props.status = { ...STATUS, ...change }
  shown ??= mount(SyncPopover, { target: document.body, props })
  await tick()
}

const one = (id: string): HTMLElement | null => document.querySelector(`[data-testid=${id}]`)
const said = (): string => one('job')?.querySelector('[role=status]')?.textContent ?? ''

test('nothing is said of work, alarms, places and versions where there is none', async () => {
  await show({})
  for (const id of ['job', 'alarm', 'risky-place', 'newer-entries']) expect(one(id), id).toBe(null)
})

test('how far the work is moves at every step, and is said aloud every few seconds', async () => {
  await show({ job: JOB })
  const bar = one('job')?.querySelector('[role=progressbar]')
  expect([bar?.getAttribute('aria-valuenow'), said()]).toEqual(['12', 'Checking the board: 12 %'])
  await show({ job: { ...JOB, done: 57 } })
  expect(one('job')?.querySelector('.percent')?.textContent).toBe('57 %')
  expect(said()).toBe('Checking the board: 12 %')
  await vi.advanceTimersByTimeAsync(5_000)
  expect([bar?.getAttribute('aria-valuenow'), said()]).toEqual(['57', 'Checking the board: 57 %'])
})

test('work that can be stopped has a button for it, other work has none', async () => {
  await show({ job: JOB })
  one('job-stop')?.click()
  expect(onstop).toHaveBeenCalledOnce()
  await show({ job: { ...JOB, can_stop: false } })
  expect([one('job') === null, one('job-stop')]).toEqual([false, null])
})

test('an alarm says what happened, what came with it, and what to do', async () => {
  await show({ alarm: 'The <b>history</b> is another one.' })
  const words = one('alarm')?.textContent ?? ''
  for (const part of ['did not fit', 'The <b>history</b> is another one.', 'Tell whoever let you in']) expect(words).toContain(part)
})

test('a risky place is named with its folder, and newer entries ask for an update', async () => {
  await show({ place: { risk: 'synchronised', by: 'Nextcloud', dir: '/home/iva/Nextcloud/board' }, newer: true })
  for (const part of ['Nextcloud synchronises', '/home/iva/Nextcloud/board']) expect(one('risky-place')?.textContent).toContain(part)
  expect(one('newer-entries')?.textContent).toContain('Update Sidedesk')
})
