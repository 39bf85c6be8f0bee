import { flushSync, mount, unmount } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { CardKind, ChipDto, QuickDto } from '$lib/ipc/types'
import { board } from '$lib/state/board.svelte'
import { drafts } from '$lib/state/drafts.svelte'
import { typedField, written } from '$lib/quick-words'
import { screen } from '$lib/state/screen.svelte'
import { toasts } from '$lib/state/toasts.svelte'
import QuickDialog from '$views/QuickDialog.svelte'

const ipc = vi.hoisted(() => ({ quick: vi.fn(), nearest: vi.fn(), fileUnder: vi.fn(), add: vi.fn(), keep: vi.fn(), kept: vi.fn() }))
vi.mock('$lib/ipc/desk', () => ipc)

const chip = (line: string, text: string, change: Partial<ChipDto>): ChipDto => ({
  start: line.indexOf(text),
  end: line.indexOf(text) + text.length,
  field: 'product',
  value: text.slice(1),
  others: [],
  ...change,
})

/** Reads `#word` as a product, as far as these tests need it. */
function read(line: string): QuickDto {
  const products = line.match(/#("[^"]*"|\S+)/g) ?? []
  const chips = products.map((text) => chip(line, text, { others: ['Boots', 'Rain coats'] }))
  const title = line.replaceAll(/#("[^"]*"|\S+)/g, '').trim()
  return { chips, title, fields: [{ field: 'name', value: title }, ...chips.map(({ field, value }) => ({ field, value }))] }
}

let part: Record<string, unknown> | null = null
const onclose = vi.fn()

function open(kind: CardKind = 'campaign'): void {
  screen.dialog = { name: 'quick', kind }
  // As the app gives them: nothing can be read from them once the dialog is closed.
  const props = {
    get kind(): CardKind {
      if (screen.dialog?.name !== 'quick') throw new Error('the dialog is closed')
      return screen.dialog.kind
    },
    onclose: (): void => {
      onclose()
      screen.dialog = null
    },
  }
  part = mount(QuickDialog, { target: document.body, props })
  flushSync()
}

beforeEach(() => {
  // jsdom has no modal dialogs.
  HTMLDialogElement.prototype.showModal = function showModal(this: HTMLDialogElement): void {
    this.open = true
  }
  HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement): void {
    this.open = false
  }
  ipc.nearest.mockReset().mockResolvedValue({ is_new: true, looks_new: 1, matches: [] })
  ipc.fileUnder.mockReset().mockResolvedValue({ kind: 'report', id: 'r1' })
  ipc.quick.mockReset().mockImplementation((_: CardKind, line: string) => Promise.resolve(read(line)))
  ipc.add.mockReset().mockResolvedValue({ kind: 'campaign', id: 'c9' })
  ipc.keep.mockResolvedValue(undefined)
  onclose.mockReset()
  screen.view = 'board'
})

afterEach(async () => {
  if (part) await unmount(part)
  part = null
  drafts.forget('quick/campaign')
  drafts.drop(drafts.open('campaign', null))
  for (const toast of toasts.list) toasts.close(toast.id)
  board.wanted = null
  document.body.innerHTML = ''
})

const one = (testid: string): HTMLElement | null => document.querySelector(`[data-testid="${testid}"]`)
const text = (testid: string): string => one(testid)?.textContent.replaceAll(/\s+/g, ' ').trim() ?? ''
const field = (): HTMLTextAreaElement => one('quick-line') as HTMLTextAreaElement

function type(line: string): void {
  field().value = line
  field().dispatchEvent(new Event('input', { bubbles: true }))
  flushSync()
}

function press(key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
  field().dispatchEvent(event)
  flushSync()
  return event
}

test('what was understood stands under the line while it is typed', async () => {
  open()
  type('Free shipping #boots')
  await vi.waitFor(() => expect(text('quick-title')).toBe('Free shipping'))
  flushSync()
  expect(text('quick-chip')).toContain('Productboots')
})

test('what is known already is said while a complaint is typed, and one press makes the line one more report of it', async () => {
  const match = { complaint: 'k1', title: 'Parcels late', score: 0.834, why: ['late', 'parcel'] }
  ipc.nearest.mockResolvedValue({ is_new: false, looks_new: 0.1, matches: [match] })
  open('complaint')
  type('My parcel is late')
  await vi.waitFor(() => expect(text('nearest-match')).toContain('83% Parcels late late, parcel'))
  expect(ipc.nearest).toHaveBeenLastCalledWith('My parcel is late')
  one('nearest-match')?.click()
  await vi.waitFor(() => expect(onclose).toHaveBeenCalled())
  expect(ipc.fileUnder).toHaveBeenCalledWith('k1', 'My parcel is late')
  expect(ipc.add).not.toHaveBeenCalled()
  await vi.waitFor(() => expect(toasts.list[0]?.text).toBe('Added to Parcels late.'))
  expect(drafts.text('quick/complaint')).toBe('')
})

test('a line that is near nothing is said to look new, and a campaign is held against nothing', async () => {
  open('complaint')
  type('Something else')
  await vi.waitFor(() => expect(text('nearest')).toContain('Looks new'))
  if (part) await unmount(part)
  ipc.nearest.mockClear()
  open('campaign')
  type('Free shipping')
  await vi.waitFor(() => expect(text('quick-title')).toBe('Free shipping'))
  expect(ipc.nearest).not.toHaveBeenCalled()
})

test('the newest answer wins, however the answers come', async () => {
  const answers: ((dto: QuickDto) => void)[] = []
  ipc.quick.mockImplementation(() => new Promise<QuickDto>((resolve) => answers.push(resolve)))
  open()
  type('Old')
  await vi.waitFor(() => expect(answers).toHaveLength(1))
  type('New')
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  answers[1]?.(read('New'))
  answers[0]?.(read('Old'))
  await vi.waitFor(() => expect(text('quick-title')).toBe('New'))
})

test('Enter adds what was typed, even before it was read; the toast leads there and back', async () => {
  open()
  type('Free shipping #boots')
  press('Enter')
  await vi.waitFor(() => expect(onclose).toHaveBeenCalled())
  const fields = [{ field: 'name', value: 'Free shipping' }, { field: 'product', value: 'boots' }]
  expect(ipc.add).toHaveBeenCalledWith('campaign', fields)
  await vi.waitFor(() => expect(toasts.list[0]?.text).toContain('Free shipping'))
  expect([toasts.list[0]?.action?.label, toasts.list[0]?.more?.label]).toEqual(['Undo', 'Open'])
  expect(board.wanted).toEqual({ kind: 'campaign', id: 'c9' })
  expect(drafts.text('quick/campaign')).toBe('')
})

test('Ctrl Enter adds and stays for the next one', async () => {
  open()
  type('First')
  press('Enter', { ctrlKey: true })
  await vi.waitFor(() => expect(ipc.add).toHaveBeenCalledTimes(1))
  await vi.waitFor(() => expect(field().value).toBe(''))
  expect(onclose).not.toHaveBeenCalled()
})

test('a refusal stands at the line, and nothing typed is lost', async () => {
  ipc.add.mockRejectedValue({ code: 'disk_full', message: 'no space', detail: null, field: null, value: null })
  open()
  type('Free shipping')
  press('Enter')
  await vi.waitFor(() => expect(text('quick-error')).not.toBe(''))
  expect(field().value).toBe('Free shipping')
  expect(field().getAttribute('aria-invalid')).toBe('true')
  expect(onclose).not.toHaveBeenCalled()
  if (part) await unmount(part)
  open()
  expect(field().value).toBe('Free shipping')
})

test('Tab on a part goes through the values near it and comes back round; elsewhere it is Tab', async () => {
  open()
  type('Sale #boot')
  await vi.waitFor(() => expect(one('quick-chip')).not.toBeNull())
  field().setSelectionRange(2, 2)
  expect(press('Tab').defaultPrevented).toBe(false)
  field().setSelectionRange(10, 10)
  const lines: string[] = []
  for (let turn = 0; turn < 3; turn += 1) {
    const event = press('Tab')
    expect(event.defaultPrevented).toBe(true)
    await vi.waitFor(() => expect(one('quick-understood')?.textContent).toContain('Sale'))
    await new Promise((resolve) => setTimeout(resolve))
    lines.push(field().value)
  }
  expect(lines).toEqual(['Sale #Boots', 'Sale #"Rain coats"', 'Sale #boot'])
})

test('the whole form takes over what was understood', async () => {
  open()
  type('Sale #boots')
  one('quick-more')?.click()
  await vi.waitFor(() => expect(screen.dialog).toEqual({ name: 'new', kind: 'campaign' }))
  const draft = drafts.open('campaign', null)
  expect([draft.value('name'), draft.value('product')]).toEqual(['Sale', 'boots'])
  expect(drafts.text('quick/campaign')).toBe('')
  screen.dialog = null
  drafts.drop(draft)
})

test('a form that was begun earlier keeps its words, and the line waits', async () => {
  const draft = drafts.open('campaign', null)
  draft.type('name', 'Winter boots')
  open()
  type('Sale #boots')
  one('quick-more')?.click()
  await vi.waitFor(() => expect(screen.dialog).toEqual({ name: 'new', kind: 'campaign' }))
  expect([draft.value('name'), draft.value('product')]).toEqual(['Winter boots', ''])
  expect(drafts.text('quick/campaign')).toBe('Sale #boots')
  screen.dialog = null
  drafts.drop(draft)
})

test('a line that cannot be read stays where it is', async () => {
  open()
  type('Sale #boots')
  ipc.quick.mockRejectedValue({ code: 'store', message: 'the store is gone' })
  one('quick-more')?.click()
  await vi.waitFor(() => expect(toasts.list.at(-1)?.tone).toBe('problem'))
  expect(screen.dialog).toEqual({ name: 'quick', kind: 'campaign' })
  expect(drafts.text('quick/campaign')).toBe('Sale #boots')
})

test.each([
  ['product', '#boot', 'Rain coats', '#"Rain coats"'],
  ['channel', '@email', 'app', '@app'],
  ['severity', '!3', '4', '!4'],
  ['region', 'EU', 'North America', '~"North America"'],
])('a %s, %s, becomes %s as %s', (kind, old, value, expected) => {
  expect(written(kind, old, value)).toBe(expected)
})

test('an instant goes into the form by the clock of the board', () => {
  expect(typedField('start', '2026-12-11T23:00:00Z', 'Europe/Berlin')).toBe('2026-12-12 00:00')
  expect(typedField('product', '2026', 'Europe/Berlin')).toBe('2026')
})
