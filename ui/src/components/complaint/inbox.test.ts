import { flushSync, mount, unmount } from 'svelte'
import { expect, test, vi } from 'vitest'

import type { ReportDto } from '$lib/ipc/types'

const ipc = vi.hoisted(() => ({ looseReports: vi.fn(), makeComplaint: vi.fn(), addReports: vi.fn(), kept: vi.fn(), keep: vi.fn() }))
vi.mock('$lib/ipc/desk', () => ipc)

import Inbox from '$components/complaint/Inbox.svelte'
import { desk } from '$lib/state/desk.svelte'
import { inbox } from '$lib/state/inbox.svelte'
import { triage } from '$lib/state/triage.svelte'
import { toasts } from '$lib/state/toasts.svelte'
import { addTo, makeComplaint } from '$lib/triage-actions'

const report = (id: string): ReportDto => ({
  id,
  title: id,
  body: null,
  at_ms: null,
  complaint: null,
  status: null,
  channel: null,
  product: null,
  region: null,
  source_id: null,
})
const answer = (...ids: string[]): void => void ipc.looseReports.mockResolvedValue({ reports: ids.map(report), total: ids.length })
const settled = async (): Promise<void> => {
  flushSync()
  await new Promise((done) => setTimeout(done, 20))
  flushSync()
}

test('a ticket that arrives while a title is typed does not get it', async () => {
  Element.prototype.scrollIntoView = vi.fn()
  vi.stubGlobal('ResizeObserver', class { observe() {} unobserve() {} disconnect() {} })
  answer('t1', 't2')
  const part = mount(Inbox, { target: document.body })
  await settled()
  inbox.at = 0
  triage.make()
  triage.type('Parcels late')
  answer('new', 't1', 't2')
  desk.changes += 1
  await settled()
  ipc.makeComplaint.mockResolvedValue({ complaint: 'k9', sorted: 1, left: [] })
  await makeComplaint()
  expect(ipc.makeComplaint).toHaveBeenCalledWith(['t1'], [{ field: 'title', value: 'Parcels late' }])
  expect(toasts.list.at(-1)?.text).toBe('Made from 1 ticket: Parcels late.')
  // Afterwards the list is as it is.
  await settled()
  expect(inbox.current?.id).toBe('new')
  await unmount(part)
})

test.each([
  [2, [{ complaint: 'k1', title: 'Lost', count: 1 }], 'Added 2 tickets to Late. 1 ticket already belongs to Lost.', true],
  [0, [{ complaint: 'k1', title: 'Lost', count: 2 }, { complaint: 'k2', title: 'Wet', count: 1 }], '3 tickets already belong to other complaints.', false],
])('what somebody else sorted meanwhile is said: %i, %j', async (sorted, left, words, canUndo) => {
  answer('t1', 't2')
  inbox.stale()
  await settled()
  ipc.addReports.mockResolvedValue({ complaint: sorted > 0 ? 'k9' : null, sorted, left })
  expect(await addTo({ id: 'k9', title: 'Late' })).toBe(true)
  const toast = toasts.list.at(-1)
  expect([toast?.text, toast?.action !== null]).toEqual([words, canUndo])
})
