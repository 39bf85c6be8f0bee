import { mount, tick, unmount } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { COMMANDS } from '$lib/commands'
import { current } from '$lib/state/current.svelte'
import { desk } from '$lib/state/desk.svelte'
import { screen } from '$lib/state/screen.svelte'
import { campaign, clash, complaint } from '$test/samples'

import Palette from './Palette.svelte'

const search = vi.hoisted(() => vi.fn())
vi.mock('$lib/ipc/desk', async (original) => ({ ...(await original<object>()), search }))

let shown: Record<string, unknown>

beforeEach(async () => {
  vi.useFakeTimers()
  HTMLDialogElement.prototype.showModal = vi.fn()
  HTMLDialogElement.prototype.close = vi.fn()
  Element.prototype.scrollIntoView = vi.fn()
  search.mockReset()
  search.mockResolvedValue({
    found: [
      { kind: 'campaign', id: 'c1', title: 'Free shipping EU', state: 'draft', about: null },
      { kind: 'report', id: 'r1', title: 'Free return label missing', state: 'open', about: null },
    ],
    operators: [],
    words: ['free'],
    did_you_mean: null,
  })
  desk.phase = 'ready'
  desk.board = {
    name: 'Outdoor shop',
    zone: 'UTC',
    campaigns: [campaign()],
    complaints: [complaint()],
    counts: { campaigns: 1, complaints: 1, reports: 2, reports_loose: 0 },
    undo: null,
    redo: null,
  }
  desk.clashes = { at: '', clashes: [clash()], past: [], not_checked: [], strongest: [] } as unknown as typeof desk.clashes
  screen.dialog = { name: 'palette' }
  current.set('campaign', 'c1')
  shown = mount(Palette, { target: document.body })
  await vi.advanceTimersByTimeAsync(50)
  await tick()
})

afterEach(async () => {
  await unmount(shown)
  current.item = null
  screen.view = 'today'
  screen.panel = null
  vi.useRealTimers()
})

const input = (): HTMLInputElement => document.querySelector('[data-testid=palette-input]') as HTMLInputElement
const rows = (): string[] => [...document.querySelectorAll('[role=option]')].map((row) => row.querySelector('.title')?.textContent ?? '')

async function type(text: string): Promise<void> {
  input().value = text
  input().dispatchEvent(new Event('input', { bubbles: true }))
  await vi.advanceTimersByTimeAsync(100)
  await tick()
}

async function press(key: string): Promise<void> {
  input().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  await vi.advanceTimersByTimeAsync(0)
  await tick()
}

test('it opens with everything that applies, and says which card is selected', () => {
  expect(document.querySelector('[data-testid=palette-selected]')?.textContent).toContain('Free shipping EU')
  const applicable = COMMANDS.filter((one) => !one.hidden && one.when())
  expect(rows().toSorted()).toEqual(applicable.map((one) => one.name()).toSorted())
})

test('what was found comes first, a clash with it, and the words are marked', async () => {
  await type('free')
  expect(search).toHaveBeenCalledExactlyOnceWith('free')
  expect(rows().slice(0, 3)).toEqual(['Free shipping EU', 'Free shipping EU meets Late parcels North', 'Free return label missing'])
  expect(document.querySelector('mark')?.textContent).toBe('Free')
  expect(input().getAttribute('aria-activedescendant')).toContain('campaign-c1')
})

test('Enter opens what is found and puts the palette away', async () => {
  await type('free')
  await press('Enter')
  expect([screen.dialog, screen.panel?.id]).toEqual([null, 'c1'])
})

test('a letter that is typed is text and nothing else', async () => {
  const heard = vi.fn()
  window.addEventListener('keydown', heard)
  for (const key of ['c', 'f', '?', '1']) await press(key)
  expect(heard).not.toHaveBeenCalled()
  expect(screen.dialog).toEqual({ name: 'palette' })
})

test('Enter on a command does it', async () => {
  await type('go to nothing that exists')
  await type('complaints')
  const index = rows().findIndex((row) => row === 'Complaints')
  for (let step = 0; step < index; step += 1) await press('ArrowDown')
  await press('Enter')
  expect([screen.dialog, screen.view]).toEqual([null, 'complaints'])
})

test('nothing found says so, offers the word that is there, and the whole search', async () => {
  search.mockResolvedValue({ found: [], operators: [], words: ['bots'], did_you_mean: 'boots' })
  await type('bots')
  expect(document.querySelector('[data-testid=palette-none]')?.textContent).toContain('bots')
  expect(rows()).toEqual(['Did you mean “boots”?', 'Search everything for “bots”'])
  await press('Enter')
  expect([input().value, search.mock.calls.at(-1)]).toEqual(['boots', ['boots']])
})

test('Search everything goes to the search page with the words', async () => {
  search.mockResolvedValue({ found: [], operators: [], words: ['zzz'], did_you_mean: null })
  await type('zzz')
  await press('Enter')
  expect([screen.view, screen.words]).toEqual(['search', 'zzz'])
})

test('Esc puts it away', async () => {
  await press('Escape')
  expect(screen.dialog).toBe(null)
})
