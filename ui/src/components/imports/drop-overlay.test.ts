import { flushSync, mount, unmount } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import DropOverlay from '$components/imports/DropOverlay.svelte'
import { desk as state } from '$lib/state/desk.svelte'
import { imports } from '$lib/state/imports.svelte'
import { screen } from '$lib/state/screen.svelte'

const desk = vi.hoisted(() => ({
  beginFile: vi.fn(() => Promise.resolve(1)),
  filePart: vi.fn(() => Promise.resolve()),
  letGoOfFile: vi.fn(() => Promise.resolve()),
  previewImport: vi.fn(),
}))
vi.mock('$lib/ipc/desk', () => desk)

let page: Record<string, unknown>
let read: ReturnType<typeof vi.fn>

function drag(type: string, files: { name: string; size: number; isFolder?: boolean }[], types = ['Files']): Event {
  const items = files.map(({ name, size, isFolder = false }) => ({
    kind: 'file',
    webkitGetAsEntry: () => ({ isDirectory: isFolder }),
    getAsFile: () => ({ name, size, type: '', slice: () => ({ arrayBuffer: read }) }),
  }))
  const event = new Event(type, { bubbles: true, cancelable: true })
  Object.assign(event, { dataTransfer: { types, items: types.includes('Files') ? items : [{ kind: 'string' }], dropEffect: 'none' } })
  document.body.dispatchEvent(event)
  flushSync()
  return event
}
const overlay = (): Element | null => document.querySelector('[data-testid="drop-overlay"]')

beforeEach(() => {
  read = vi.fn(() => Promise.resolve(new ArrayBuffer(1)))
  state.phase = 'ready'
  screen.view = 'board'
  imports.forget()
  page = mount(DropOverlay, { target: document.body })
  flushSync()
})
afterEach(() => unmount(page))

test('a file over any page shows where it would go, and its drop goes to the import', async () => {
  drag('dragover', [{ name: 'tickets.csv', size: 9 }])
  expect(overlay()).not.toBeNull()
  const drop = drag('drop', [{ name: 'tickets.csv', size: 9 }])
  expect([drop.defaultPrevented, overlay(), screen.view]).toEqual([true, null, 'import'])
  await vi.waitFor(() => expect(desk.previewImport).toHaveBeenCalledTimes(1))
})

test.each([
  [[{ name: 'exports', size: 4096, isFolder: true }], /folder/],
  [[{ name: 'sparse.csv', size: 2 * 1024 ** 3 }], /100 MB/],
  [Array.from({ length: 21 }, () => ({ name: 'a.csv', size: 1 })), /20/],
  [[{ name: 'photo.png', size: 1 }], /picture/],
])('%j is refused before a byte of it is read', (files, words) => {
  const drop = drag('drop', files)
  expect([drop.defaultPrevented, screen.view, imports.phase]).toEqual([true, 'import', 'choose'])
  expect(imports.error?.message).toMatch(words)
  expect(read).not.toHaveBeenCalled()
})

test('two files come one after the other', async () => {
  drag('drop', [{ name: 'plan.csv', size: 9 }, { name: 'tickets.csv', size: 9 }])
  await vi.waitFor(() => expect(desk.previewImport).toHaveBeenCalledTimes(1))
  expect([imports.name, imports.waiting.map(({ file }) => file.name)]).toEqual(['plan.csv', ['tickets.csv']])
  await imports.next()
  expect([imports.name, imports.waiting]).toEqual(['tickets.csv', []])
})

test('what was dropped with a file that is left still waits, and can be left too', async () => {
  drag('drop', [{ name: 'photo.png', size: 9 }, { name: 'tickets.csv', size: 9 }])
  expect([imports.name, imports.phase, imports.waiting.length]).toEqual(['photo.png', 'choose', 1])
  await imports.next()
  expect([imports.name, imports.waiting]).toEqual(['tickets.csv', []])
  drag('drop', [{ name: 'plan.csv', size: 9 }, { name: 'more.csv', size: 9 }])
  imports.clear()
  drag('drop', [{ name: 'other.csv', size: 9 }])
  expect(imports.waiting.map(({ file }) => file.name)).toEqual(['more.csv'])
  imports.forget()
  expect(imports.waiting).toEqual([])
})

test('text that is dragged is no import', () => {
  drag('dragover', [], ['text/plain'])
  expect(overlay()).toBeNull()
  drag('drop', [], ['text/plain'])
  expect([screen.view, imports.error]).toEqual(['board', null])
})

test('one import at a time', () => {
  imports.phase = 'running'
  drag('drop', [{ name: 'tickets.csv', size: 9 }])
  expect([imports.phase, screen.view]).toEqual(['running', 'board'])
})
