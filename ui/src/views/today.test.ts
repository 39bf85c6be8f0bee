import axe from 'axe-core'
import { flushSync, mount, unmount } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { AgendaDto, AgendaItemDto, BoardDto, ClashesDto, DecisionDto, OpenDto, StandupDto, StatusDto } from '$lib/ipc/types'

import { clashItem, item } from '$test/agenda'
import { decision, signature } from '$test/decisions'
import { campaign, clash, complaint } from '$test/samples'

const ipc = vi.hoisted(() => ({
  state: vi.fn(),
  board: vi.fn(),
  cards: vi.fn(),
  clashes: vi.fn(),
  status: vi.fn(),
  agenda: vi.fn(),
  since: vi.fn(),
  proposals: vi.fn(),
  members: vi.fn(),
  decide: vi.fn(),
  agree: vi.fn(),
  decisions: vi.fn(),
  startStandup: vi.fn(),
  moveStandup: vi.fn(),
  endStandup: vi.fn(),
  keep: vi.fn(),
  kept: vi.fn(),
}))
vi.mock('$lib/ipc/desk', () => ipc)
vi.mock('$lib/ipc/events', () => ({ onEvent: (): Promise<() => void> => Promise.resolve(() => undefined) }))

import { COMMANDS } from '$lib/commands'
import { Keys } from '$lib/keys'
import { agenda } from '$lib/state/agenda.svelte'
import { composer } from '$lib/state/composer.svelte'
import { current } from '$lib/state/current.svelte'
import { desk } from '$lib/state/desk.svelte'
import { screen } from '$lib/state/screen.svelte'
import { toasts } from '$lib/state/toasts.svelte'
import ClashesView from '$views/ClashesView.svelte'
import StandupView from '$views/StandupView.svelte'
import TodayView from '$views/TodayView.svelte'

const NOW = Date.parse('2026-11-19T09:42:00Z')
const OPEN: OpenDto = { exists: true, name: 'Outdoor shop', me: 'Support lead', function: 'support', member: 'm1', now_ms: NOW, zone: 'Europe/Berlin', notices: [] }
const STATUS: StatusDto = { state: 'local', since_ms: null, waiting: 0, problem: null, hub: null, refused: [], present: [] }
const theirs = decision({ marketing: signature() })
const waiting = clash({ state: 'waiting', waits_for: ['support'], decision: theirs })
const full: AgendaItemDto[] = [clashItem({ clash: waiting, decision: theirs, state: 'waiting' }), item()]

const board = (change: Partial<BoardDto> = {}): BoardDto => ({
  name: 'Outdoor shop',
  zone: 'Europe/Berlin',
  campaigns: [campaign()],
  complaints: [complaint()],
  counts: { campaigns: 1, complaints: 1, reports: 73, reports_loose: 0 },
  undo: null,
  redo: null,
  ...change,
})
const day = (items: AgendaItemDto[], standup: StandupDto | null = null): AgendaDto => ({
  at: '2026-11-19T09:42:00Z',
  date: '2026-11-19',
  next_standup_ms: Date.parse('2026-11-19T10:00:00Z'),
  items,
  also: 4,
  minutes: 2,
  unlinked: { count: 0, before_ms: 0, days: 3, last: null },
  rhythm: { held: 17, of: 20, days: Array.from({ length: 20 }, (_, index) => index % 7 !== 3) },
  standup,
  voice: { text: 'I had to call twice.', complaint: 'k1', title: 'Address change', reports: 11 },
  campaign: campaign(),
})
const clashes = (list = [waiting]): ClashesDto => ({ at: '', clashes: list, total: list.length, strongest: [], past: [], not_checked: [] })

let page: Record<string, unknown> | undefined
const keys = new Keys(COMMANDS)
const hear = (event: KeyboardEvent): void => keys.press(event)

async function show(View: typeof TodayView, of: AgendaDto, on = board()): Promise<void> {
  ipc.board.mockResolvedValue(on)
  ipc.agenda.mockResolvedValue(of)
  await desk.start()
  await agenda.load()
  page = mount(View, { target: document.body })
  flushSync()
  await Promise.resolve()
  flushSync()
}

const at = (id: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`[data-testid="${id}"]`)
  if (!found) throw new Error(`no ${id}`)
  return found
}
const all = (id: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`[data-testid="${id}"]`)]
const words = (id: string): string => at(id).textContent.replaceAll(/\s+/g, ' ').trim()

function press(key: string, more: KeyboardEventInit = {}): void {
  const target = document.activeElement ?? document.body
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
  flushSync()
}

beforeEach(() => {
  vi.clearAllMocks()
  window.addEventListener('keydown', hear)
  Element.prototype.scrollIntoView = vi.fn()
  for (const answer of [ipc.keep, ipc.kept]) answer.mockResolvedValue(null)
  ipc.state.mockResolvedValue(OPEN)
  ipc.status.mockResolvedValue(STATUS)
  ipc.clashes.mockResolvedValue(clashes())
  ipc.since.mockResolvedValue({ changes: [], total: 0 })
  ipc.proposals.mockResolvedValue([])
  ipc.members.mockResolvedValue([{ id: 'm1', name: 'Support lead', function: 'support', devices: 1, me: true }])
  ipc.decisions.mockResolvedValue([theirs])
})

afterEach(async () => {
  window.removeEventListener('keydown', hear)
  if (page) await unmount(page)
  page = undefined
  composer.close()
  current.item = null
  screen.view = 'today'
  screen.clash = null
  screen.panel = null
  document.body.innerHTML = ''
})

test('the first item is open, with what is proposed, both signatures and the keys', async () => {
  await show(TodayView, day(full))
  expect(words('today-headline')).toBe('Two things to decide, about two minutes.')
  expect(words('standup-next')).toMatch(/^Standup today 11:00, in 1[78] min$/)
  expect(words('proposal')).toContain('Mitigate: leave the 412 out')
  expect([at('slot-marketing').dataset['state'], at('slot-support').dataset['state']]).toEqual(['signed', 'asked'])
  expect(words('choices')).toBe('Y Agree 1 Move 2 Change 3 Mitigate 4 Accept risk 5 Not a clash H Hand off Z Defer')
  expect(words('agenda-also')).toBe('Also moving: 4 smaller changes.')
  expect([words('rhythm-count'), words('voice')]).toEqual(['17 of 20', 'Voice of the day “I had to call twice.” Address change 11 tickets'])
})

test('what the other function proposed and nobody has answered stands beside the agenda, and opens its card', async () => {
  const proposal = { field: 'name', element: null, value: '<b>Shipping</b>', member: 'm2', by: 'Marketing lead', at_ms: 0, own: false, can_take: true }
  const of = (change: Partial<typeof proposal>) => ({ kind: 'complaint', id: 'k1', name: 'Late parcels', proposal: { ...proposal, ...change } })
  ipc.proposals.mockResolvedValue([of({}), of({ own: true }), of({ can_take: false })])
  await show(TodayView, day(full))
  await vi.waitFor(() => expect(words('proposed')).toBe('Proposed to you Late parcels Name: <b>Shipping</b>'))
  at('proposed-line').click()
  expect(screen.panel).toMatchObject({ kind: 'complaint', id: 'k1' })
})

test('Y signs the open clash, and nothing shows before it is committed', async () => {
  let commit: (done: DecisionDto) => void = () => undefined
  ipc.agree.mockReturnValue(new Promise((done) => (commit = done)))
  await show(TodayView, day(full))
  await vi.waitFor(() => expect(at('agree').dataset['read']).toBe('true'))
  press('y')
  expect(ipc.agree).toHaveBeenCalledWith('d1')
  expect(at('slot-support').dataset['state']).toBe('asked')
  commit({ ...theirs, support: signature({ me: true }), signed: true })
  await Promise.resolve()
})

test('what nobody has had the time to read is not signed', async () => {
  const unread = { ...waiting, id: 'x7' }
  ipc.clashes.mockResolvedValue(clashes([unread]))
  await show(TodayView, day([clashItem({ key: 'clash/x7', about: 'x7', clash: unread, decision: theirs, state: 'waiting' })]))
  press('y')
  expect(ipc.agree).not.toHaveBeenCalled()
  expect(toasts.list.at(-1)?.text).toContain('Nothing is signed')
})

test('a counter-proposal that came a moment before Y is not signed', async () => {
  ipc.agree.mockReset().mockRejectedValue({ code: 'newer_proposal', message: 'another', detail: null, field: null, value: null })
  await show(TodayView, day(full))
  await vi.waitFor(() => expect(at('agree').dataset['read']).toBe('true'))
  const [first] = full
  if (!first?.clash) throw new Error('the first item is a clash')
  const item = { ...first, clash: { ...first.clash, decision: { ...theirs, id: 'd2', text: 'leave everybody out' } } }
  ipc.agenda.mockResolvedValue(day([item]))
  await agenda.load()
  flushSync()
  expect(words('proposal')).toContain('leave everybody out')
  expect(at('agree').dataset['read']).toBe('false')
  press('y')
  expect(ipc.agree).toHaveBeenCalledExactlyOnceWith('d1')
  await vi.waitFor(() => expect(toasts.list.at(-1)?.text).toContain('A new proposal has come'))
})

test('a digit opens the composer; Ctrl Enter signs; a refusal stands at its field and the text stays', async () => {
  ipc.decide.mockRejectedValue({ code: 'input_empty', message: 'owner', detail: null, field: 'owner', value: null })
  await show(TodayView, day(full))
  press('3')
  const field = at('decision-text-field') as HTMLTextAreaElement
  field.value = 'banner on the tracking page'
  field.dispatchEvent(new Event('input', { bubbles: true }))
  field.focus()
  press('Enter', { ctrlKey: true })
  await vi.waitFor(() => expect(at('decision-owner').getAttribute('aria-invalid')).toBe('true'))
  expect(ipc.decide.mock.lastCall?.[0]).toMatchObject({ about_kind: 'clash', about: 'x1', word: 'mitigate', text: 'banner on the tracking page', owner: null, standup: null })
  press('Escape')
  expect(all('composer')).toHaveLength(0)
  press('4')
  expect((at('decision-text-field') as HTMLTextAreaElement).value).toBe('banner on the tracking page')
})

test('arrows open the next item, and the keys decide about that one', async () => {
  await show(TodayView, day(full))
  all('agenda-item')[0]?.querySelector<HTMLElement>('[data-stop]')?.focus()
  press('ArrowDown')
  await vi.waitFor(() => expect(current.item).toEqual({ kind: 'complaint', id: 'k1' }))
  expect(words('choices')).toBe('1 Decide H Hand off Z Defer 5 Drop')
  press('3')
  expect(all('composer')).toHaveLength(0)
  press('z')
  expect(at('composer').dataset['word']).toBe('defer')
})

test.each([
  ['a new board says where to begin', board({ counts: { campaigns: 0, complaints: 0, reports: 0, reports_loose: 0 } }), 'today-new', 'Drop a marketing calendar and a ticket export here and this page will show where they collide.'],
  ['a board with nothing due says so', board(), 'nothing-due', 'Nothing needs a decision today. 17 of 20 standups held.'],
])('%s', async (_, on, id, expected) => {
  await show(TodayView, day([]), on)
  expect(words(id)).toContain(expected)
})

test('an agenda that cannot be read says why', async () => {
  await show(TodayView, day([]))
  ipc.agenda.mockRejectedValue({ code: 'disk_full', message: 'x', detail: null, field: null, value: null })
  await agenda.load()
  flushSync()
  expect(words('agenda-error')).toContain('the disk is full')
})

test('the standup shows the item that everybody looks at, and the focus is where it is decided', async () => {
  const started = NOW - 20_000
  const running: StandupDto = { date: '2026-11-19', id: 's', started_ms: started, ended_ms: null, by: 'x', current: 'complaint/k1', current_since_ms: started, items: full }
  screen.view = 'standup'
  await show(StandupView, day(full, running))
  expect(words('progress')).toBe('')
  expect(at('progress').getAttribute('aria-label')).toBe('Item 2 of 2')
  expect(Number(at('timer').dataset['left'])).toBeLessThanOrEqual(25)
  await vi.waitFor(() => expect(document.activeElement?.getAttribute('data-word')).toBe('decide'))
  press('1')
  expect(composer.word).toBe('decide')
  ipc.decide.mockResolvedValue(decision({ word: 'decide' }))
  const field = at('decision-text-field') as HTMLTextAreaElement
  field.value = 'Fix the checkout'
  field.dispatchEvent(new Event('input', { bubbles: true }))
  field.focus()
  press('Enter', { ctrlKey: true })
  await vi.waitFor(() => expect(ipc.decide.mock.lastCall?.[0]).toMatchObject({ word: 'decide', standup: '2026-11-19' }))
  ipc.moveStandup.mockResolvedValue({ ...running, current: null })
  await vi.waitFor(() => expect(all('composer')).toHaveLength(0))
  press('n')
  await vi.waitFor(() => expect(words('standup-through')).toContain('All through'))
})

test.each([
  ['Today', TodayView],
  ['the clashes', ClashesView],
])('%s has no barrier that a program can find', async (_, View) => {
  await show(View, day(full))
  const found = await axe.run(document.body, { rules: { region: { enabled: false }, 'color-contrast': { enabled: false }, 'page-has-heading-one': { enabled: false } } })
  expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)).toEqual([])
})
