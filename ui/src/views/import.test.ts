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
  imports.clear()
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
  imports.clear()
})
