import { flushSync, mount, unmount } from 'svelte'
import { expect, test, vi } from 'vitest'

import { imports } from '$lib/state/imports.svelte'

import ImportView from './ImportView.svelte'

const desk = vi.hoisted(() => ({
  beginFile: vi.fn(() => Promise.resolve(1)),
  filePart: vi.fn(() => Promise.resolve()),
  letGoOfFile: vi.fn(() => Promise.resolve()),
  previewImport: vi.fn<() => Promise<unknown>>(() => new Promise(() => undefined)),
}))
vi.mock('$lib/ipc/desk', () => desk)

const file = (name: string): File =>
  ({ name, size: 1, type: '', slice: () => ({ arrayBuffer: () => Promise.resolve(new ArrayBuffer(1)) }) }) as unknown as File

test('the page speaks of files, and takes all that are chosen', async () => {
  imports.forget()
  const page = mount(ImportView, { target: document.body })
  flushSync()
  const zone = document.querySelector('[data-testid="drop-zone"]')
  expect(zone?.querySelector('h2')?.textContent).toBe('Drop files here')
  expect(zone?.querySelector('button')?.textContent).toContain('Choose files')
  const input = zone?.querySelector('input') as HTMLInputElement
  Object.defineProperty(input, 'files', { value: [file('plan.csv'), file('tickets.csv')] })
  input.dispatchEvent(new Event('change', { bubbles: true }))
  await vi.waitFor(() => expect(desk.previewImport).toHaveBeenCalledTimes(1))
  expect([imports.name, imports.waiting.map((one) => one.file.name)]).toEqual(['plan.csv', ['tickets.csv']])
  await unmount(page)
  imports.forget()
})

test('cancelled is one file of several: the page offers the next, and going back leaves all', async () => {
  desk.previewImport.mockResolvedValue({ preset: 'generic', account: '', kind: 'campaign', columns: [], rows: 2, new: 2, changed: 0, same: 0, skipped: 0, complaints: 0, kept: 0, taken: 0, conflicts: [], recalled: false, problems: [], missing: [], question: null, damaged: false, first: [] })
  const page = mount(ImportView, { target: document.body })
  const at = (testid: string): HTMLElement | null => document.querySelector(`[data-testid="${testid}"]`)
  await imports.take(file('plan.csv'), file('tickets.csv'))
  flushSync()
  at('import-cancel')?.click()
  flushSync()
  expect(at('import-next')?.textContent).toContain('Next: tickets.csv')
  at('import-next')?.click()
  await vi.waitFor(() => expect(imports.phase).toBe('preview'))
  flushSync()
  expect([imports.name, imports.waiting]).toEqual(['tickets.csv', []])
  at('import-change')?.click()
  await imports.take(file('a.csv'), file('b.csv'))
  imports.clear()
  flushSync()
  at('import-skip')?.click()
  expect(imports.waiting).toEqual([])
  await unmount(page)
})
