import { beforeEach, expect, test, vi } from 'vitest'

import type { AgendaDto, StandupDto } from '$lib/ipc/types'

const ipc = vi.hoisted(() => ({ agenda: vi.fn(), startStandup: vi.fn(), moveStandup: vi.fn(), endStandup: vi.fn(), keep: vi.fn(), kept: vi.fn() }))
vi.mock('$lib/ipc/desk', () => ipc)

import { agenda } from '$lib/state/agenda.svelte'
import { composer } from '$lib/state/composer.svelte'
import { standup } from '$lib/state/standup.svelte'
import { clashItem, item } from '$test/agenda'

const items = [clashItem(), item(), item({ key: 'complaint/k2', about: 'k2' })]
const held = (current: string | null, change: Partial<StandupDto> = {}): StandupDto => ({
  date: '2026-11-19',
  id: 's1',
  started_ms: 0,
  ended_ms: null,
  by: 'Support lead',
  current,
  current_since_ms: 0,
  items,
  ...change,
})
const day = (of: StandupDto | null): AgendaDto => ({
  at: '',
  date: '2026-11-19',
  next_standup_ms: 0,
  items,
  also: 0,
  minutes: 3,
  unlinked: { count: 0, before_ms: 0, days: 3, last: null },
  rhythm: { held: 0, of: 0, days: [] },
  standup: of,
  voice: null,
  campaign: null,
})
/** The other window went on, and this one has read it. */
function heard(current: string | null): void {
  agenda.agenda = day(held(current))
  standup.look()
}

beforeEach(async () => {
  vi.clearAllMocks()
  ipc.keep.mockResolvedValue(undefined)
  composer.close()
  standup.follow()
  agenda.agenda = day(null)
  ipc.startStandup.mockResolvedValue(held('clash/x1'))
  await standup.start()
})

test('everybody sees the item that one of them went on to', () => {
  expect(standup.shown?.key).toBe('clash/x1')
  heard('complaint/k1')
  expect([standup.shown?.key, standup.index, standup.ahead]).toEqual(['complaint/k1', 1, null])
})

test('whoever types is not pulled away, and follows when they want to', () => {
  composer.open({ kind: 'clash', id: 'x1', name: 'x' }, 'mitigate')
  composer.type('text', 'leave the 412 out')
  heard('complaint/k1')
  expect([standup.shown?.key, standup.ahead]).toEqual(['clash/x1', { index: 1 }])
  heard('complaint/k2')
  expect([standup.shown?.key, standup.ahead]).toEqual(['clash/x1', { index: 2 }])
  standup.follow()
  expect([standup.shown?.key, standup.ahead]).toEqual(['complaint/k2', null])
})

test('an open composer without a word in it holds nobody', () => {
  composer.open({ kind: 'clash', id: 'x1', name: 'x' }, 'mitigate')
  composer.type('text', ' ')
  heard('complaint/k1')
  expect(standup.shown?.key).toBe('complaint/k1')
})

test('what was typed is there when its item is', () => {
  const about = { kind: 'clash' as const, id: 'x1', name: 'x' }
  composer.open(about, 'mitigate')
  composer.type('text', 'leave the 412 out')
  composer.close()
  composer.open({ ...about, id: 'x2' }, 'accept')
  expect(composer.values.text).toBe('')
  composer.open(about, 'accept')
  expect(composer.values.text).toBe('leave the 412 out')
})

test('on and back go from what is shown here; after the last one all are through', async () => {
  ipc.moveStandup.mockImplementation((key: string | null) => Promise.resolve(held(key)))
  await standup.step(-1)
  expect(ipc.moveStandup).not.toHaveBeenCalled()
  await standup.step(1)
  await standup.step(1)
  expect(standup.shown?.key).toBe('complaint/k2')
  await standup.step(1)
  expect([standup.shown, standup.index, ipc.moveStandup.mock.lastCall?.[0]]).toEqual([null, 3, null])
  await standup.step(-1)
  expect(standup.shown?.key).toBe('complaint/k2')
})

test('one that is ended is not moved any more', async () => {
  ipc.endStandup.mockResolvedValue(held(null, { ended_ms: 60_000 }))
  await standup.end()
  await standup.moveTo('complaint/k1')
  await standup.end()
  expect([standup.isEnded, ipc.moveStandup.mock.calls.length, ipc.endStandup.mock.calls.length]).toEqual([true, 0, 1])
})

test('a command that is refused leaves everything as it was', async () => {
  ipc.moveStandup.mockRejectedValue({ code: 'store', message: 'no', detail: null, field: null, value: null })
  await standup.step(1)
  expect([standup.shown?.key, standup.busy]).toEqual(['clash/x1', false])
})
