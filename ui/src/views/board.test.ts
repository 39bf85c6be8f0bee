import axe from 'axe-core'
import { flushSync, mount, unmount } from 'svelte'
import { afterEach, expect, test, vi } from 'vitest'

import type { BoardDto, ClashesDto, EventDto, OpenDto, StatusDto } from '$lib/ipc/types'

import { desk as state } from '$lib/state/desk.svelte'
import { screen } from '$lib/state/screen.svelte'
import Frame from '$views/Frame.svelte'
import Toasts from '$components/toast/Toasts.svelte'

import { campaign, clash, complaint } from '$test/samples'

const OPEN: OpenDto = {
  exists: true,
  name: 'Outdoor shop',
  me: 'Support lead',
  function: 'support',
  member: 'm1',
  now_ms: Date.now(),
  zone: 'Europe/Berlin',
  notices: [],
}
const STATUS: StatusDto = {
  state: 'synced',
  since_ms: 0,
  waiting: 0,
  problem: null,
  hub: 'ws://hub.example.com',
  refused: [],
  present: [{ name: 'Marketing lead', function: 'marketing' }],
}
const rivals = [
  {
    field: 'owner',
    values: [
      { value: 'Campaign manager', by: 'Marketing lead', at_ms: 0 },
      { value: 'Shift lead', by: 'Support lead', at_ms: 0 },
    ],
  },
]
const desk = vi.hoisted(() => ({ board: vi.fn(), cards: vi.fn(), clashes: vi.fn(), state: vi.fn(), status: vi.fn(), set: vi.fn() }))
const hear = vi.hoisted(() => ({ event: undefined as ((event: EventDto) => void) | undefined }))
vi.mock('$lib/ipc/desk', () => desk)
vi.mock('$lib/ipc/events', () => ({
  onEvent: (heard: (event: EventDto) => void): Promise<() => void> => {
    hear.event = heard
    return Promise.resolve(() => undefined)
  },
}))

function board(change: Partial<BoardDto> = {}): BoardDto {
  return {
    name: 'Outdoor shop',
    zone: 'Europe/Berlin',
    campaigns: [campaign({ rivals })],
    complaints: [complaint()],
    counts: { campaigns: 1, complaints: 1, reports: 73, reports_loose: 0 },
    undo: null,
    redo: null,
    ...change,
  }
}
const meeting: ClashesDto = {
  at: '2026-11-19T09:42:00Z',
  clashes: [clash()],
  total: 1,
  strongest: [],
  past: [],
  not_checked: [{ id: 'c9', name: 'Loyalty points', reason: 'campaign_without_product' }],
}

let parts: Record<string, unknown>[] = []

async function open(page: BoardDto, clashes: ClashesDto): Promise<void> {
  desk.state.mockResolvedValue(OPEN)
  desk.status.mockResolvedValue(STATUS)
  desk.set.mockResolvedValue(undefined)
  desk.board.mockResolvedValue(page)
  desk.clashes.mockResolvedValue(clashes)
  state.clashes = null
  screen.view = 'board'
  await state.start()
  parts = [Frame, Toasts].map((part) => mount(part, { target: document.body }))
  flushSync()
}

afterEach(async () => {
  for (const part of parts) await unmount(part)
})

const text = (testid: string): string => document.querySelector(`[data-testid="${testid}"]`)?.textContent.trim() ?? ''

test('a clash shows its score on both cards, with its parts and reasons', async () => {
  await open(board(), meeting)
  expect([...document.querySelectorAll('[data-testid="card-score"]')].map((chip) => chip.textContent.trim())).toEqual([
    'Clash78',
    'Clash78',
  ])
  expect(text('score-parts')).toContain('13.9 start')
  expect([...document.querySelectorAll('[data-testid="evidence"]')].map((line) => line.textContent.trim())).toEqual([
    'Same product: Boots',
    '37 tickets in 7 days, usually 9',
    'Starts in 2 d 4 h',
  ])
  expect(text('not-checked')).toContain('Loyalty points')
})

test('two answers name both writers, and one press keeps one', async () => {
  await open(board(), meeting)
  expect(text('rivals-owner')).toContain('Marketing lead')
  expect(text('rivals-owner')).toContain('Support lead')
  document.querySelectorAll<HTMLElement>('[data-testid="rival-keep"]')[1]?.click()
  await vi.waitFor(() => expect(desk.set).toHaveBeenCalledWith('campaign', 'c1', 4, [{ field: 'owner', value: 'Shift lead' }]))
})

test('a change elsewhere appears without a question, and a new clash is said aloud', async () => {
  await open(board({ complaints: [] }), { ...meeting, clashes: [] })
  expect(text('empty-complaints')).toContain('Inbox clear')
  const counts = { campaigns: 1, complaints: 1, reports: 73, reports_loose: 0 }
  desk.cards.mockResolvedValue({ campaigns: [], complaints: [complaint()], gone: [], counts, undo: null, redo: null })
  desk.clashes.mockResolvedValue(meeting)
  hear.event?.({ kind: 'changed', data: { all: false, records: [{ kind: 'complaint', id: 'k1' }] } })
  await vi.waitFor(() => expect(text('announcer')).toBe('New clash, 78: Free shipping EU meets Late parcels North.'))
  hear.event?.({ kind: 'status', data: { ...STATUS, state: 'offline', waiting: 3 } })
  flushSync()
  expect(text('sync-pill')).toContain('3 waiting')
})

test('the board has no accessibility fault that a program can find', async () => {
  await open(board(), meeting)
  const found = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } })
  expect(found.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`)).toEqual([])
})
