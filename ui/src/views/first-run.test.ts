import { flushSync, mount, unmount } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const ipc = vi.hoisted(() => ({
  init: vi.fn(),
  join: vi.fn(),
  voiceWords: vi.fn(() => Promise.resolve([])),
  status: vi.fn(),
  beginFile: vi.fn(() => Promise.resolve(1)),
  filePart: vi.fn(() => Promise.resolve()),
  letGoOfFile: vi.fn(() => Promise.resolve()),
  previewImport: vi.fn(() => new Promise(() => undefined)),
}))
vi.mock('$lib/ipc/desk', () => ipc)

import DropOverlay from '$components/imports/DropOverlay.svelte'
import { desk } from '$lib/state/desk.svelte'
import { imports } from '$lib/state/imports.svelte'
import { screen } from '$lib/state/screen.svelte'

import FirstRun from './FirstRun.svelte'

const OPENED = { exists: true }
let parts: Record<string, unknown>[]

function drop(...names: string[]): void {
  const items = names.map((name) => ({
    kind: 'file',
    webkitGetAsEntry: () => ({ isDirectory: false }),
    getAsFile: () => ({ name, size: 1, type: '', slice: () => ({ arrayBuffer: () => Promise.resolve(new ArrayBuffer(1)) }) }),
  }))
  const event = new Event('drop', { bubbles: true, cancelable: true })
  Object.assign(event, { dataTransfer: { types: ['Files'], items } })
  document.body.dispatchEvent(event)
  flushSync()
}
const at = (testid: string): HTMLElement | null => document.querySelector(`[data-testid="${testid}"]`)
function click(testid: string): void {
  at(testid)?.click()
  flushSync()
}
const settled = async (): Promise<void> => {
  await new Promise((done) => setTimeout(done, 10))
  flushSync()
}
const waiting = (): string[] => imports.waiting.map((one) => one.file.name)

beforeEach(() => {
  vi.clearAllMocks()
  ipc.init.mockResolvedValue(OPENED)
  ipc.join.mockResolvedValue(OPENED)
  imports.forget()
  imports.error = null
  screen.view = 'today'
  desk.phase = 'first_run'
  vi.spyOn(desk, 'entered').mockResolvedValue()
  parts = [mount(DropOverlay, { target: document.body }), mount(FirstRun, { target: document.body })]
  flushSync()
})
afterEach(() => Promise.all(parts.map((part) => unmount(part))))

test('dropped files begin a board, and are the first thing on it', async () => {
  click('start-sample')
  drop('plan.csv', 'tickets.csv')
  await settled()
  expect(ipc.init).toHaveBeenCalledTimes(1)
  expect([screen.view, imports.name, waiting()]).toEqual(['import', 'plan.csv', ['tickets.csv']])
  expect(ipc.previewImport).toHaveBeenCalledTimes(1)
})

test('files of the dialog do the same', async () => {
  const input = at('first-file') as HTMLInputElement
  Object.defineProperty(input, 'files', { value: [{ name: 'plan.csv', size: 1, type: '', slice: () => ({ arrayBuffer: () => Promise.resolve(new ArrayBuffer(1)) }) }] })
  input.dispatchEvent(new Event('change', { bubbles: true }))
  await settled()
  expect([ipc.init.mock.calls.length, imports.name]).toEqual([1, 'plan.csv'])
})

test('whoever is on the way in by an invite goes on with that, and loses neither files nor code by going back', async () => {
  click('start-join')
  const code = at('join-code') as HTMLInputElement
  code.value = 'bear-code'
  code.dispatchEvent(new Event('input', { bubbles: true }))
  drop('tickets.csv')
  await settled()
  expect([ipc.init.mock.calls.length, ipc.join.mock.calls.length]).toEqual([0, 0])
  expect(at('first-files')?.textContent).toContain('Waiting for the board: tickets.csv.')
  click('start-own')
  expect([waiting(), ipc.init.mock.calls.length]).toEqual([['tickets.csv'], 0])
  click('start-join')
  expect((at('join-code') as HTMLInputElement).value).toBe('bear-code')
  click('first-open')
  await settled()
  expect(ipc.join).toHaveBeenCalledWith('bear-code', expect.anything(), 'marketing')
  expect([screen.view, imports.name]).toEqual(['import', 'tickets.csv'])
})

test('a board that could not be made keeps the files for the next try', async () => {
  ipc.init.mockRejectedValueOnce({ code: 'store', message: 'disk full' })
  drop('plan.csv')
  await settled()
  expect([ipc.init.mock.calls.length, screen.view, waiting()]).toEqual([1, 'today', ['plan.csv']])
  expect(at('first-error')).not.toBeNull()
  // The same file once more is one file.
  drop('plan.csv')
  await settled()
  expect([ipc.init.mock.calls.length, imports.name, waiting()]).toEqual([2, 'plan.csv', []])
})

test('what cannot be read begins nothing', async () => {
  drop('photo.png')
  await settled()
  expect([ipc.init.mock.calls.length, waiting()]).toEqual([0, []])
  expect(at('first-refused')?.textContent).toContain('picture')
})
