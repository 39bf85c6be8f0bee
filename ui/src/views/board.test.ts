import axe from 'axe-core'
import { flushSync, mount, unmount } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { COMMANDS } from '$lib/commands'
import { NO_FILTER } from '$lib/board-filter'
import type { BoardDto, ClashesDto, EventDto, OpenDto, SavedDto, StatusDto, StrongestDto } from '$lib/ipc/types'
import { Keys } from '$lib/keys'
import { board } from '$lib/state/board.svelte'
import { current } from '$lib/state/current.svelte'
import { desk as state } from '$lib/state/desk.svelte'
import { screen } from '$lib/state/screen.svelte'
import { toasts } from '$lib/state/toasts.svelte'
import BoardView from '$views/BoardView.svelte'
import Toasts from '$components/toast/Toasts.svelte'

import { campaign, clash, complaint } from '$test/samples'

const NOW = Date.parse('2026-11-19T09:42:00Z')
const OPEN: OpenDto = {
  exists: true,
  name: 'Outdoor shop',
  me: 'Support lead',
  function: 'support',
  member: 'm1',
  now_ms: NOW,
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
  present: [],
}
const desk = vi.hoisted(() => ({
  board: vi.fn(),
  cards: vi.fn(),
  clashes: vi.fn(),
  state: vi.fn(),
  status: vi.fn(),
  set: vi.fn(),
  undo: vi.fn(),
  kept: vi.fn(),
  keep: vi.fn(),
}))
const hear = vi.hoisted(() => ({ event: undefined as ((event: EventDto) => void) | undefined }))
vi.mock('$lib/ipc/desk', () => desk)
vi.mock('$lib/ipc/events', () => ({
  onEvent: (heard: (event: EventDto) => void): Promise<() => void> => {
    hear.event = heard
    return Promise.resolve(() => undefined)
  },
}))

const counts = { campaigns: 1, complaints: 1, reports: 73, reports_loose: 0 }
function page(change: Partial<BoardDto> = {}): BoardDto {
  const all = { campaigns: [campaign()], complaints: [complaint()], ...change }
  return {
    name: 'Outdoor shop',
    zone: 'Europe/Berlin',
    counts: { ...counts, campaigns: all.campaigns.length, complaints: all.complaints.length },
    undo: null,
    redo: null,
    ...all,
  }
}
const end = (change: Partial<StrongestDto>): StrongestDto => ({
  card: 'c1',
  clash: 'x1',
  other: 'k1',
  score: 78,
  strength: 'block',
  state: 'open',
  ...change,
})
const quiet: ClashesDto = { at: '2026-11-19T09:42:00Z', clashes: [], total: 0, strongest: [], past: [], not_checked: [] }
const meeting: ClashesDto = { ...quiet, clashes: [clash()], total: 1, strongest: [end({}), end({ card: 'k1', other: 'c1' })] }

const keys = new Keys(COMMANDS)
const onkeydown = (event: KeyboardEvent): void => keys.press(event)
let parts: Record<string, unknown>[] = []

async function open(shown: BoardDto, clashes: ClashesDto = quiet): Promise<void> {
  desk.state.mockResolvedValue(OPEN)
  desk.status.mockResolvedValue(STATUS)
  desk.board.mockResolvedValue(shown)
  desk.clashes.mockResolvedValue(clashes)
  state.clashes = null
  screen.view = 'board'
  await state.start()
  const sheet = document.createElement('main')
  sheet.id = 'sheet'
  document.body.append(sheet)
  parts = [mount(BoardView, { target: sheet }), mount(Toasts, { target: document.body })]
  flushSync()
}

beforeEach(() => {
  desk.set.mockReset().mockResolvedValue({ proposed: false })
  window.addEventListener('keydown', onkeydown)
})

afterEach(async () => {
  window.removeEventListener('keydown', onkeydown)
  for (const part of parts) await unmount(part)
  for (const toast of toasts.list) toasts.close(toast.id)
  document.body.innerHTML = ''
  current.item = null
  Object.assign(board, { group: 'function', filter: NO_FILTER, filterOpen: false, showEnded: false, moving: null, wanted: null })
})

const one = (testid: string): HTMLElement | null => document.querySelector(`[data-testid="${testid}"]`)
const text = (testid: string): string => one(testid)?.textContent.replaceAll(/\s+/g, ' ').trim() ?? ''
const names = (css: string): string[] =>
  [...document.querySelectorAll(`${css} [data-testid="card-title"]`)].map((title) => title.textContent.trim())
const column = (lane: string, key: string): string => `#lane-${lane} [data-key="${key}"]`
const focused = (): string => document.activeElement?.closest<HTMLElement>('[data-name]')?.dataset['name'] ?? ''

function focus(id: string): void {
  document.querySelector<HTMLElement>(`[data-id="${id}"] [data-stop]`)?.focus()
  flushSync()
}

async function press(...pressed: string[]): Promise<void> {
  for (const key of pressed) {
    const at = document.activeElement ?? document.body
    at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    flushSync()
    await Promise.resolve()
    flushSync()
  }
}

test('each card stands in its state; what is live but throttled says so; what is over stands aside until asked for', async () => {
  const campaigns = [
    campaign({ id: 'a', name: 'Idea', state: 'idea' }),
    campaign({ id: 'b', name: 'Teaser', state: 'teaser' }),
    campaign({ id: 'c', name: 'Slow', state: 'throttled' }),
    campaign({ id: 'd', name: 'Over', state: 'ended' }),
    campaign({ id: 'e', name: 'Put away', state: 'draft', archived: true }),
  ]
  await open(page({ campaigns }))
  expect(names(column('marketing', 'idea'))).toEqual(['Idea'])
  expect(names(column('marketing', 'ready'))).toEqual(['Teaser'])
  expect(names(column('marketing', 'live'))).toEqual(['Slow'])
  expect(document.querySelector('[data-id="c"] [data-testid="card-state"]')?.textContent.trim()).toBe('Throttled')
  expect(document.querySelector('[data-id="a"] [data-testid="card-state"]')).toBeNull()
  expect(document.querySelector('[data-id="d"]')).toBeNull()
  expect(text('show-ended')).toBe('Ended 2')
  one('show-ended')?.click()
  flushSync()
  expect(names(column('marketing', 'ended')).toSorted()).toEqual(['Over', 'Put away'])
})

test('what needs somebody stands first, then what starts soonest and what came in most', async () => {
  const starts = (day: number): number => Date.parse(`2026-12-0${day}T00:00:00Z`)
  const campaigns = [
    campaign({ id: 'late', name: 'Late', start_ms: starts(3) }),
    campaign({ id: 'never', name: 'No dates', start_ms: null }),
    campaign({ id: 'soon', name: 'Soon', start_ms: starts(1) }),
    campaign({ id: 'decided', name: 'Decided', start_ms: starts(2) }),
    campaign({ id: 'c1', name: 'Clashes', start_ms: starts(9) }),
    campaign({ id: 'gone', name: 'Deleted', start_ms: starts(9), deleted: true }),
  ]
  const complaints = [complaint({ id: 'k2', title: 'Few', last7: 1 }), complaint({ id: 'k3', title: 'Many', last7: 9 })]
  const strongest = [end({}), end({ card: 'decided', score: 90, state: 'decided' })]
  await open(page({ campaigns, complaints }), { ...quiet, strongest })
  // Nothing has a height here; a column that is scrolled draws rows beyond its edge.
  for (const column of document.querySelectorAll('[data-scroller]')) column.dispatchEvent(new Event('scroll'))
  flushSync()
  expect(names('#lane-marketing')).toEqual(['Deleted', 'Clashes', 'Soon', 'Decided', 'Late', 'No dates'])
  expect(names('#lane-support')).toEqual(['Many', 'Few'])
  expect(text('needing-campaign')).toBe('2 need a decision')
})

test('a clash shows its score on both cards; what blocks has another edge than what advises, what is decided none', async () => {
  await open(page(), meeting)
  const scores = [...document.querySelectorAll('[data-testid="card-score"]')].map((chip) => chip.textContent.trim())
  expect(scores).toEqual(['Clash78', 'Clash78'])
  expect(one('campaign-card')?.classList.contains('block')).toBe(true)
  desk.clashes.mockResolvedValue({ ...meeting, strongest: [end({ strength: 'warn' }), end({ card: 'k1', state: 'decided' })] })
  hear.event?.({ kind: 'changed', data: { all: true, records: [] } })
  await vi.waitFor(() => expect(one('campaign-card')?.classList.contains('warn')).toBe(true))
  flushSync()
  expect(text('complaint-card')).toContain('Clash, decided78')
  expect(one('complaint-card')?.className).not.toMatch(/block|warn/)
})

test('two answers are said on the face, and so is deleted but edited', async () => {
  const rivals = [{ field: 'owner', values: [{ value: 'A', by: 'Marketing lead', at_ms: 0 }, { value: 'B', by: 'Support lead', at_ms: 0 }] }]
  await open(page({ campaigns: [campaign({ rivals })], complaints: [complaint({ deleted: true, pending: true })] }))
  expect(text('two-answers-mark')).toBe('Two answers, choose one')
  expect(text('deleted-mark')).toBe('Deleted, but edited since')
  expect(text('pending-mark')).toBe('on its way')
})

test('a lane is one tab stop; arrows move between its columns and rows and skip empty ones', async () => {
  const campaigns = ['idea', 'idea', 'draft', 'live'].map((word, index) =>
    campaign({ id: `c${index}`, name: `${word} ${index}`, state: word, start_ms: Date.parse('2026-12-01T00:00:00Z') + index }),
  )
  await open(page({ campaigns }))
  expect(document.querySelectorAll('#lane-marketing [tabindex="0"]')).toHaveLength(1)
  focus('c0')
  const walk: [string, string][] = [
    ['ArrowDown', 'idea 1'],
    ['ArrowDown', 'idea 1'],
    ['ArrowRight', 'draft 2'],
    ['ArrowRight', 'live 3'],
    ['ArrowRight', 'live 3'],
    ['ArrowLeft', 'draft 2'],
    ['ArrowLeft', 'idea 0'],
    ['End', 'idea 1'],
    ['Home', 'idea 0'],
    ['j', 'idea 1'],
    ['k', 'idea 0'],
  ]
  for (const [key, name] of walk) {
    await press(key)
    expect(focused(), key).toBe(name)
  }
  expect(document.querySelectorAll('#lane-marketing [tabindex="0"]')).toHaveLength(1)
  expect(current.item).toEqual({ kind: 'campaign', id: 'c0' })
})

test('of a thousand cards in one column only those in sight are drawn, and keys still reach the last', async () => {
  const campaigns = Array.from({ length: 1000 }, (_, index) =>
    campaign({ id: `c${index}`, name: `Card ${index}`, state: 'idea', start_ms: Date.parse('2026-12-01T00:00:00Z') + index * 60_000 }),
  )
  await open(page({ campaigns }))
  expect(text('column-count')).toBe('1 000')
  expect(document.querySelectorAll('[data-testid="campaign-card"]').length).toBeLessThan(40)
  focus('c0')
  await press('End')
  expect(focused()).toBe('Card 999')
  expect(document.querySelector('[data-id="c999"]')?.closest('li')?.getAttribute('aria-posinset')).toBe('1000')
  await press('PageUp', 'Home')
  expect(focused()).toBe('Card 0')
})

test('the focus follows its card to another column, and goes to a neighbour when it is gone', async () => {
  const [a, b] = [campaign({ id: 'a', name: 'A', state: 'idea' }), campaign({ id: 'b', name: 'B', state: 'idea' })]
  await open(page({ campaigns: [a, b] }))
  focus('a')
  const changed = (cards: unknown): void => {
    desk.cards.mockResolvedValue({ campaigns: [], complaints: [], gone: [], counts, undo: null, redo: null, ...(cards as object) })
    hear.event?.({ kind: 'changed', data: { all: false, records: [{ kind: 'campaign', id: 'a' }] } })
  }
  changed({ campaigns: [{ ...a, state: 'live' }] })
  await vi.waitFor(() => expect(names(column('marketing', 'live'))).toEqual(['A']))
  expect(focused()).toBe('A')
  changed({ gone: [{ kind: 'campaign', id: 'a' }] })
  await vi.waitFor(() => expect(names('#lane-marketing')).toEqual(['B']))
  expect(focused()).toBe('B')
})

test('M takes a card up, arrows choose the column, Enter drops it: at once on the screen, with Undo by name', async () => {
  let saved: (outcome: SavedDto) => void = () => undefined
  desk.set.mockReturnValue(new Promise<SavedDto>((resolve) => (saved = resolve)))
  await open(page())
  focus('c1')
  await press('m')
  expect(text('announcer')).toBe('Free shipping EU, from Draft. Arrows choose a column, Enter drops it, Esc puts it back.')
  await press('ArrowRight')
  expect(text('announcer')).toBe('Ready, column 3 of 5')
  expect(document.querySelector(column('marketing', 'ready'))?.classList.contains('target')).toBe(true)
  await press('Enter')
  expect(names(column('marketing', 'ready'))).toEqual(['Free shipping EU'])
  expect(text('pending-mark')).toBe('on its way')
  expect(desk.set).toHaveBeenCalledWith('campaign', 'c1', 4, [{ field: 'state', value: 'ready' }])
  await vi.waitFor(() => expect(focused()).toBe('Free shipping EU'))
  saved({ proposed: false })
  await vi.waitFor(() => expect(text('toast')).toContain('Moved Free shipping EU to Ready. Undo'))
})

test("moving a card of the other function proposes it: the card stays where it is, and the toast says to whom it went", async () => {
  desk.set.mockResolvedValue({ proposed: true })
  await open(page())
  focus('c1')
  await press('m', 'ArrowRight', 'Enter')
  await vi.waitFor(() => expect(text('toast')).toContain('Free shipping EU: proposed to Marketing'))
  expect(names(column('marketing', 'draft'))).toEqual(['Free shipping EU'])
})

test('Esc puts a card back where it was', async () => {
  await open(page())
  focus('c1')
  await press('m', 'ArrowRight', 'ArrowRight', 'Escape')
  expect(text('announcer')).toBe('Free shipping EU is back in Draft.')
  expect(names(column('marketing', 'draft'))).toEqual(['Free shipping EU'])
  expect(desk.set).not.toHaveBeenCalled()
  expect(screen.view).toBe('board')
})

test('a refused move goes back, with the reason', async () => {
  desk.set.mockRejectedValue({ code: 'disk_full', message: 'no space', detail: null, field: null, value: null })
  await open(page())
  focus('c1')
  await press('m', 'ArrowRight', 'Enter')
  await vi.waitFor(() => expect(text('toast')).toMatch(/Free shipping EU stays in Draft. Not saved: /))
  expect(names(column('marketing', 'draft'))).toEqual(['Free shipping EU'])
})

test('nothing jumps while a card is in the hand', async () => {
  const [a, b] = [campaign({ id: 'a', name: 'A', start_ms: 1 }), campaign({ id: 'b', name: 'B', start_ms: 2 })]
  await open(page({ campaigns: [a, b] }))
  focus('a')
  await press('m')
  state.board = page({ campaigns: [a, { ...b, start_ms: 0 }] })
  flushSync()
  expect(names('#lane-marketing')).toEqual(['A', 'B'])
  await press('Escape')
  expect(names('#lane-marketing')).toEqual(['B', 'A'])
})

test('by anything but function the columns are values, and M says why nothing moves', async () => {
  const products = (...product: string[]): { scope: ReturnType<typeof campaign>['scope'] } => ({ scope: { ...campaign().scope, product } })
  const campaigns = [campaign({ id: 'a', name: 'A', ...products('Boots', 'Coats') }), campaign({ id: 'b', name: 'B', ...products() })]
  await open(page({ campaigns }))
  one('group-product')?.click()
  flushSync()
  expect(names(column('marketing', 'Boots'))).toEqual(['A'])
  expect(names(column('marketing', 'Coats'))).toEqual(['A'])
  expect(names(column('support', 'Boots'))).toEqual(['Late parcels North'])
  expect(document.querySelector(`${column('marketing', '')} h3`)?.textContent).toContain('No product')
  focus('a')
  await press('m')
  expect(text('toast')).toContain('Cards move when the board is grouped by function')
  expect(board.moving).toBeNull()
})

test('the filter counts what it leaves, and Esc in it shows everything again', async () => {
  const campaigns = [campaign({ id: 'a', name: 'Boots sale', owner: 'Support lead' }), campaign({ id: 'b', name: 'Coats' }), campaign({ id: 'i', name: 'By initials', owner: ' sl' })]
  await open(page({ campaigns }))
  await press('/')
  await vi.waitFor(() => expect(document.activeElement).toBe(one('filter-words')))
  const field = one('filter-words') as HTMLInputElement
  field.value = 'sale boots'
  field.dispatchEvent(new Event('input', { bubbles: true }))
  flushSync()
  expect(names('#lane-marketing')).toEqual(['Boots sale'])
  expect(text('count-marketing')).toBe('1 of 3 campaigns')
  expect(text('empty-filter')).toContain('No card fits the filter.')
  await press('Escape')
  expect(names('#lane-marketing')).toEqual(['Boots sale', 'Coats', 'By initials'])
  await vi.waitFor(() => expect(focused()).toBe('Boots sale'))
  await press('q')
  expect(names('#lane-marketing')).toEqual(['Boots sale', 'By initials'])
})

test('what could not be compared is counted at its lane, and one press shows it', async () => {
  const not_checked = [{ id: 'b', name: 'B', reason: 'campaign_without_product' }]
  await open(page({ campaigns: [campaign({ id: 'a', name: 'A' }), campaign({ id: 'b', name: 'B' })] }), { ...quiet, not_checked })
  expect(text('unchecked-campaign')).toBe('1 not checked: no product')
  one('unchecked-campaign')?.click()
  flushSync()
  expect(names('#lane-marketing')).toEqual(['B'])
})

test('an empty board says how the first cards come', async () => {
  await open(page({ campaigns: [], complaints: [] }))
  expect(text('empty-campaigns')).toContain('Marketing adds what is coming (C).')
  expect(text('empty-complaints')).toContain('Support adds what keeps coming back (F).')
})

test('a change elsewhere appears without a question, and a new clash is said aloud', async () => {
  await open(page({ complaints: [] }))
  desk.cards.mockResolvedValue({ campaigns: [], complaints: [complaint()], gone: [], counts, undo: null, redo: null })
  desk.clashes.mockResolvedValue(meeting)
  hear.event?.({ kind: 'changed', data: { all: false, records: [{ kind: 'complaint', id: 'k1' }] } })
  await vi.waitFor(() => expect(text('announcer')).toBe('New clash, 78: Free shipping EU meets Late parcels North.'))
  expect(names('#lane-support')).toEqual(['Late parcels North'])
})

test('markup, right-to-left and ten thousand letters are text', async () => {
  const name = '<img src=x onerror="alert(1)"> שלום 🥾'
  await open(page({ campaigns: [campaign({ name }), campaign({ id: 'c2', name: 'W'.repeat(10_000) })] }))
  expect(document.querySelector('#lane-marketing img')).toBeNull()
  expect(names('#lane-marketing')[0]).toBe(name)
  expect(document.querySelector('[data-testid="card-title"]')?.getAttribute('dir')).toBe('auto')
})

test('the board has no accessibility fault that a program can find', async () => {
  await open(page(), meeting)
  await press('/')
  const found = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } })
  expect(found.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`)).toEqual([])
})
