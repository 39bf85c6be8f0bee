import { mount, tick, unmount } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { desk } from '$lib/state/desk.svelte'
import { page } from '$lib/state/page.svelte'
import { screen } from '$lib/state/screen.svelte'

import SearchView from './SearchView.svelte'

const search = vi.hoisted(() => vi.fn())
vi.mock('$lib/ipc/desk', async (original) => ({ ...(await original<object>()), search }))

const FOUND = [
  { kind: 'campaign', id: 'c1', title: 'Free shipping EU', state: 'draft', about: 'Free delivery' },
  { kind: 'complaint', id: 'k1', title: 'Free return label missing', state: 'solved', about: null },
  { kind: 'report', id: 'r1', title: '<b>free</b> returns', state: null, about: null },
]
let shown: Record<string, unknown>

async function open(words: string): Promise<void> {
  screen.words = words
  shown = mount(SearchView, { target: document.body })
  await vi.advanceTimersByTimeAsync(100)
  await tick()
}

beforeEach(() => {
  vi.useFakeTimers()
  Element.prototype.scrollIntoView = vi.fn()
  desk.phase = 'ready'
  screen.panel = null
  search.mockReset()
  search.mockResolvedValue({
    found: FOUND,
    operators: [{ field: 'product', value: 'boots' }],
    words: ['free'],
    did_you_mean: null,
  })
})

afterEach(async () => {
  await unmount(shown)
  vi.useRealTimers()
})

const all = (id: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`[data-testid=${id}]`)]
const input = (): HTMLInputElement => all('search')[0] as HTMLInputElement

async function press(key: string): Promise<void> {
  input().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  await vi.advanceTimersByTimeAsync(0)
  await tick()
}

test('it opens with the words of the palette, asks once, and groups by kind with counts', async () => {
  await open('free product:boots')
  expect(search).toHaveBeenCalledExactlyOnceWith('free product:boots')
  expect(all('search-result').map((row) => row.dataset['kind'])).toEqual(['complaint', 'campaign', 'report'])
  expect(all('search-token').map((token) => token.textContent)).toEqual(['product:boots'])
  expect([...document.querySelectorAll('mark')].length).toBe(4)
  expect(page.subtitle).not.toBe('')
})

test('markup in a title is text', async () => {
  await open('free')
  const title = all('search-result')[2]?.querySelector('.title')
  expect(title?.textContent).toBe('<b>free</b> returns')
  expect(title?.querySelector('b')).toBe(null)
})

test('arrows choose, Enter opens beside the list', async () => {
  await open('free')
  await press('ArrowDown')
  expect(all('search-result').map((row) => row.getAttribute('aria-selected'))).toEqual(['false', 'true', 'false'])
  await press('Enter')
  expect(screen.panel).toMatchObject({ kind: 'campaign', id: 'c1' })
})

test('a kind can be left out', async () => {
  await open('free')
  all('kind-complaint')[0]?.click()
  await tick()
  expect(all('search-result').map((row) => row.dataset['kind'])).toEqual(['campaign', 'report'])
})

test('nothing found offers the word that is there', async () => {
  search.mockResolvedValue({ found: [], operators: [], words: ['bots'], did_you_mean: 'boots' })
  await open('bots')
  expect(all('search-none')[0]?.textContent).toContain('bots')
  all('did-you-mean')[0]?.click()
  await vi.advanceTimersByTimeAsync(100)
  expect([input().value, search.mock.calls.at(-1)]).toEqual(['boots', ['boots']])
})

test('an operator is typed by its line, and Esc clears the words', async () => {
  await open('free')
  all('operator')[0]?.click()
  await tick()
  expect(input().value).toBe('free is:complaint')
  await press('Escape')
  expect([input().value, screen.words]).toEqual(['', ''])
  expect(all('search-empty').length).toBe(1)
})
