import { mount, tick, unmount } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import CardMenu from '$components/record/CardMenu.svelte'
import { command } from '$lib/commands'
import type { ComplaintDto } from '$lib/ipc/types'
import { rivalText } from '$lib/rivals'
import { cardMenu } from '$lib/state/card-menu.svelte'
import { current } from '$lib/state/current.svelte'
import { desk } from '$lib/state/desk.svelte'
import { screen } from '$lib/state/screen.svelte'
import { toasts } from '$lib/state/toasts.svelte'
import { complaint } from '$test/samples'

import CardPanel from './CardPanel.svelte'

const ipc = vi.hoisted(() => ({ search: vi.fn(), complaint: vi.fn(), mergeComplaint: vi.fn(), partComplaint: vi.fn(), undo: vi.fn(), trend: vi.fn(), decisions: vi.fn(), reports: vi.fn() }))
vi.mock('$lib/ipc/desk', async (original) => ({ ...(await original<object>()), ...ipc }))

const HEAD = complaint({ reports: 0 })
const OTHER = complaint({ id: 'k2', title: 'Parcels come late', last7: 4, reports: 0 })
let shown: Record<string, unknown>[] = []
// What jsdom lacks.
vi.stubGlobal('CSS', { escape: (text: string) => text })
vi.stubGlobal('ResizeObserver', class { observe = vi.fn(); unobserve = vi.fn(); disconnect = vi.fn() })

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(100)
  await tick()
}

beforeEach(() => {
  vi.useFakeTimers()
  Element.prototype.scrollIntoView = vi.fn()
  window.matchMedia = vi.fn(() => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() })) as unknown as typeof window.matchMedia
  for (const mock of Object.values(ipc)) mock.mockReset().mockResolvedValue({ proposed: false })
  ipc.undo.mockResolvedValue(undefined)
  ipc.trend.mockRejectedValue({ code: 'store', message: '' })
  ipc.decisions.mockResolvedValue([])
  ipc.reports.mockResolvedValue([])
  desk.phase = 'ready'
  board(HEAD, OTHER)
  toasts.list = []
})
afterEach(async () => {
  for (const one of shown) await unmount(one)
  shown = []
  cardMenu.open = null
  screen.panel = null
  current.item = null
  vi.useRealTimers()
})

function board(...complaints: ComplaintDto[]): void {
  desk.board = { name: '', zone: 'UTC', campaigns: [], complaints, counts: { campaigns: 0, complaints: complaints.length, reports: 0, reports_loose: 0 }, undo: null, redo: null }
}

const all = (id: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`[data-testid=${id}]`)]
const options = (): string[] => all('duplicate-option').map((one) => one.querySelector('.title')?.textContent ?? '')

async function panel(id: string): Promise<void> {
  screen.card('complaint', id)
  if (screen.panel) shown.push(mount(CardPanel, { target: document.body, props: { panel: screen.panel } }))
  await settle()
}

/** The menu of whatever the command acts on. */
async function pick(): Promise<void> {
  command('card_duplicate').run()
  if (cardMenu.open) shown.push(mount(CardMenu, { target: document.body, props: { menu: cardMenu.open } }))
  await settle()
}

async function press(key: string): Promise<void> {
  all('duplicate-field')[0]?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  await settle()
}

test('the command is for a complaint, and lists the others with their figures', async () => {
  current.set('campaign', 'c1')
  expect(command('card_duplicate').when()).toBe(false)
  current.set('complaint', 'k2')
  expect(command('card_duplicate').when()).toBe(true)
  await pick()
  expect([options(), all('duplicate-option')[0]?.textContent?.includes('37 in 7 days')]).toEqual([['Late parcels North'], true])
  expect(document.activeElement).toBe(all('duplicate-field')[0])
})

test('Enter merges, says with whom, and leads back and on', async () => {
  current.set('complaint', 'k2')
  await pick()
  await press('Enter')
  expect(ipc.mergeComplaint).toHaveBeenCalledExactlyOnceWith('k2', 'k1')
  expect(cardMenu.open).toBe(null)
  const [toast] = toasts.list
  expect(toast?.text).toBe('Merged: Parcels come late counts with Late parcels North.')
  toast?.action?.run()
  expect(ipc.undo).toHaveBeenCalledOnce()
  toast?.more?.run()
  expect(screen.panel).toMatchObject({ kind: 'complaint', id: 'k1' })
})

test('words find complaints beyond the first page, and neither itself nor what counts with it', async () => {
  board({ ...HEAD, duplicates: [{ id: 'k3', title: 'Late again' }] }, OTHER)
  const finds = ['k1', 'k3', 'k9'].map((id) => ({ kind: 'complaint', id, title: `found ${id}`, state: 'new', about: null }))
  ipc.search.mockResolvedValue({ found: [...finds, { kind: 'campaign', id: 'c1', title: 'no', state: null, about: null }], operators: [], words: [], did_you_mean: null })
  current.set('complaint', 'k1')
  await pick()
  const field = all('duplicate-field')[0] as HTMLInputElement
  field.value = 'late'
  field.dispatchEvent(new Event('input', { bubbles: true }))
  await settle()
  expect(ipc.search).toHaveBeenCalledExactlyOnceWith('is:complaint late')
  expect(options()).toEqual(['found k9'])
})

test('a head lists its members, each can be opened and parted again', async () => {
  board({ ...HEAD, duplicates: [{ id: 'k2', title: '<i>Parcels</i>' }, { id: 'k3', title: 'Late again' }] })
  await panel('k1')
  expect(all('duplicate').map((one) => one.dataset['name'])).toEqual(['<i>Parcels</i>', 'Late again'])
  const button = all('duplicate-part')[0]
  button?.focus()
  button?.click()
  await settle()
  expect(ipc.partComplaint).toHaveBeenCalledExactlyOnceWith('k2')
  expect(toasts.list[0]?.text).toBe('Parted: <i>Parcels</i> counts by itself.')
  expect(document.activeElement).toBe(all('duplicate-part')[1])
  all('duplicate')[1]?.querySelector<HTMLElement>('.name')?.click()
  expect(screen.panel?.id).toBe('k3')
})

test('a duplicate shows its head as a link, and is parted from its own card', async () => {
  board(HEAD)
  ipc.complaint.mockResolvedValue({ ...OTHER, duplicate_of: 'k1' })
  await panel('k2')
  expect(all('duplicate-head')[0]?.textContent).toBe('Late parcels North')
  expect(all('duplicates').length).toBe(0)
  all('part-complaint')[0]?.click()
  await settle()
  expect(ipc.partComplaint).toHaveBeenCalledExactlyOnceWith('k2')
  all('duplicate-head')[0]?.click()
  expect(screen.panel?.id).toBe('k1')
})

test('the history names the head, not its number', () => {
  expect(rivalText('duplicate_of', 'k1', 'UTC')).toBe('Late parcels North')
  expect(rivalText('duplicate_of', 'k77', 'UTC')).toBe('another complaint')
  expect(rivalText('duplicate_of', null, 'UTC')).toBe('left empty')
})
