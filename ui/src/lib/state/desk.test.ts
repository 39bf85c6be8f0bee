import { expect, test, vi } from 'vitest'

import type { BoardDto, CardsDto, EventDto, RecordRefDto } from '$lib/ipc/types'
import { campaign, complaint } from '$test/samples'

const ipc = vi.hoisted(() => ({ state: vi.fn(), status: vi.fn(), board: vi.fn(), cards: vi.fn(), clashes: vi.fn(), kept: vi.fn(), keep: vi.fn() }))
const heard = vi.hoisted(() => ({ send: (event: unknown): void => void event }))
vi.mock('$lib/ipc/desk', () => ipc)
vi.mock('$lib/ipc/events', () => ({ onEvent: (hear: (event: unknown) => void) => Promise.resolve(void (heard.send = hear)) }))

import { desk } from '$lib/state/desk.svelte'
import { toasts } from '$lib/state/toasts.svelte'

const board = (change: Partial<BoardDto> = {}): BoardDto => ({
  name: 'Northwind',
  zone: 'Europe/London',
  campaigns: [campaign(), campaign({ id: 'c2' })],
  complaints: [complaint()],
  counts: { campaigns: 2, complaints: 1, reports: 0, reports_loose: 0 },
  undo: null,
  redo: null,
  ...change,
})
const cards = (change: Partial<CardsDto>): CardsDto => ({ campaigns: [], complaints: [], gone: [], counts: board().counts, undo: null, redo: null, ...change })
const names = (): string[] => [...(desk.board?.campaigns ?? []).map((one) => one.name), ...(desk.board?.complaints ?? []).map((one) => one.title)]

async function changed(...records: RecordRefDto[]): Promise<void> {
  ipc.board.mockClear()
  ipc.cards.mockClear()
  heard.send({ kind: 'changed', data: { all: false, records } } satisfies EventDto)
  await vi.advanceTimersByTimeAsync(2_000)
}

test('a few cards are patched; what is on all of them is read whole', async () => {
  // Early in a minute: when the next one begins, the whole board is read.
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 2, 9, 0, 1) })
  ipc.state.mockResolvedValue({ exists: true, now_ms: 0 })
  ipc.status.mockResolvedValue({})
  ipc.board.mockResolvedValue(board())
  ipc.clashes.mockResolvedValue({ at: '', clashes: [], total: 0, strongest: [], past: [], not_checked: [] })
  await desk.start()

  ipc.cards.mockResolvedValue(cards({ campaigns: [campaign({ name: 'Advent' }), campaign({ id: 'c3', name: 'Easter' })], gone: [{ kind: 'campaign', id: 'c2' }] }))
  await changed({ kind: 'campaign', id: 'c1' }, { kind: 'campaign', id: 'c2' }, { kind: 'campaign', id: 'c3' })
  expect(names()).toEqual(['Advent', 'Easter', 'Late parcels North'])
  expect(ipc.board).not.toHaveBeenCalled()

  // A report has no card of its own: its complaint is what is read again.
  ipc.cards.mockResolvedValue(cards({ complaints: [complaint({ title: 'Parcels late' })] }))
  await changed({ kind: 'report', id: 'r1' })
  expect(names()).toEqual(['Advent', 'Easter', 'Parcels late'])

  for (const kind of ['board', 'member']) {
    ipc.board.mockResolvedValue(board({ name: kind, undo: 'member.set' }))
    await changed({ kind, id: 'm1' })
    expect(desk.board?.name, kind).toBe(kind)
    expect(ipc.cards, kind).not.toHaveBeenCalled()
  }
  vi.useRealTimers()
})

test('a reading that fails leaves the page as it was, says so once, and is done again', async () => {
  // After everything that the test before did at its own time.
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 2, 9, 1, 1) })
  ipc.cards.mockRejectedValue({ code: 'store', message: 'the files could not be read', detail: null, field: null, value: null })
  ipc.board.mockRejectedValue({ code: 'store', message: 'the files could not be read', detail: null, field: null, value: null })
  const before = names()
  const said = toasts.list.length
  await changed({ kind: 'campaign', id: 'c1' })
  await changed({ kind: 'campaign', id: 'c1' })
  expect([desk.phase, names(), toasts.list.length - said]).toEqual(['ready', before, 1])
  ipc.board.mockResolvedValue(board({ campaigns: [campaign({ name: 'Back again' })], complaints: [] }))
  await changed({ kind: 'campaign', id: 'c1' })
  expect(names()).toEqual(['Back again'])
  vi.useRealTimers()
})
