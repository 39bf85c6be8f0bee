import { mount, unmount, type Component } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import EraseDialog from '$components/record/EraseDialog.svelte'
import { toasts } from '$lib/state/toasts.svelte'
import { at, choose, click, said, settle } from '$test/team'

import ExportDialog from './ExportDialog.svelte'

const ipc = vi.hoisted(() => ({ erase: vi.fn(), exportFile: vi.fn() }))
vi.mock('$lib/ipc/desk', async (original) => ({ ...(await original<object>()), ...ipc }))

const onclose = vi.fn()
let shown: Record<string, unknown> | null = null

async function show(dialog: Component<{ kind: 'report'; id: string; onclose: () => void }>): Promise<void> {
  shown = mount(dialog, { target: document.body, props: { kind: 'report', id: '7', onclose } })
  await settle()
}

beforeEach(() => {
  HTMLDialogElement.prototype.showModal = () => undefined
  HTMLDialogElement.prototype.close = () => undefined
  vi.clearAllMocks()
  ipc.erase.mockReset().mockResolvedValue({ records: 1, shared: true })
  ipc.exportFile.mockReset().mockResolvedValue({ file_name: '/home/lead/reports.csv' })
})
afterEach(async () => {
  if (shown) await unmount(shown)
})

test('nothing is erased before fields are chosen, and what stays is said beside them', async () => {
  await show(EraseDialog)
  expect(at<HTMLButtonElement>('erase-now').disabled).toBe(true)
  expect(said('erase-dialog')).toContain('Sealed entries stay in every device’s log, in its backups and at the hub')
  await click('erase-body')
  await click('erase-customer')
  await click('erase-body')
  await click('erase-now')
  expect(ipc.erase.mock.calls).toEqual([['report', '7', ['customer']]])
  expect(onclose).toHaveBeenCalledOnce()
})

test('a refusal stays in the dialog', async () => {
  ipc.erase.mockRejectedValue({ code: 'not_allowed', message: 'a lead erases' })
  await show(EraseDialog)
  await click('erase-title')
  await click('erase-now')
  expect(said('erase-error')).toContain('A lead erases.')
  expect(onclose).not.toHaveBeenCalled()
})

test('personal data leaves only when somebody ticks so, and the sentence about it stands there first', async () => {
  await show(ExportDialog)
  await click('export-save')
  expect(ipc.exportFile.mock.calls).toEqual([['reports', 'csv', false]])
  expect(JSON.stringify(toasts.list)).toContain('Saved as /home/lead/reports.csv')
  expect(document.querySelector('[data-testid=export-note]')).toBeNull()
  await click('export-personal')
  expect(said('export-note')).toContain('Everybody on this board sees')
  await click('export-save')
  expect(ipc.exportFile.mock.lastCall).toEqual(['reports', 'csv', true])
})

test('campaigns hold none, so nothing is asked about it', async () => {
  await show(ExportDialog)
  await click('export-personal')
  await choose('export-what', 'campaigns')
  expect(document.querySelector('[data-testid=export-personal]')).toBeNull()
  await click('export-save')
  expect(ipc.exportFile.mock.lastCall).toEqual(['campaigns', 'csv', false])
})
