import { mount, tick, unmount } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { COMMANDS } from '$lib/commands'
import type { DeletedDto } from '$lib/ipc/types'
import { listed } from '$lib/palette'
import { desk } from '$lib/state/desk.svelte'
import { screen } from '$lib/state/screen.svelte'
import { toasts } from '$lib/state/toasts.svelte'

import DeletedView from './DeletedView.svelte'

const ipc = vi.hoisted(() => ({ deleted: vi.fn(), restore: vi.fn(), undo: vi.fn() }))
vi.mock('$lib/ipc/desk', async (original) => ({ ...(await original<object>()), ...ipc }))

const NOW = Date.parse('2026-11-19T10:42:00Z')
const DAY = 86_400_000
const row = (kind: string, id: string, title: string, left: number): DeletedDto => ({
  kind,
  id,
  title,
  at_ms: NOW - 3_600_000,
  by: 'Support lead',
  until_ms: NOW + left * DAY,
})
let shown: Record<string, unknown>

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(50)
  await tick()
}

async function open(...rows: DeletedDto[]): Promise<void> {
  ipc.deleted.mockResolvedValue(rows)
  shown = mount(DeletedView, { target: document.body })
  await settle()
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  desk.phase = 'ready'
  desk.now = NOW
  for (const mock of Object.values(ipc)) mock.mockReset().mockResolvedValue({ proposed: false })
  ipc.undo.mockResolvedValue(undefined)
  toasts.list = []
})
afterEach(async () => {
  await unmount(shown)
  screen.panel = null
  vi.useRealTimers()
})

const all = (id: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`[data-testid=${id}]`)]
const names = (): string[] => all('deleted-row').map((one) => one.dataset['name'] ?? '')

async function press(key: string): Promise<void> {
  document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  await settle()
}

const CAMPAIGN = row('campaign', 'c1', 'Free shipping EU', 12.2)
const COMPLAINT = row('complaint', 'k1', '<b>Late</b> parcels', 1.2)
const TICKET = row('report', 'r1', 'Where is it', 0.4)

test('each row says what it was, who deleted it and when, and how long it is kept', async () => {
  await open(CAMPAIGN, COMPLAINT, TICKET)
  const words = all('deleted-row').map((one) => one.textContent ?? '')
  expect(words[0]).toContain('deleted by Support lead, today 09:42')
  expect([words[0]?.includes('12 days left'), words[1]?.includes('1 day left'), words[2]?.includes('last day')]).toEqual([true, true, true])
  expect(words[1]).toContain('<b>Late</b> parcels')
  expect(all('deleted-restore').map((one) => one.getAttribute('aria-label'))[0]).toBe('Restore Free shipping EU')
})

test('the first row has the focus, arrows move it, and Enter on it restores with two ways on', async () => {
  await open(CAMPAIGN, COMPLAINT, TICKET)
  expect(document.activeElement).toBe(all('deleted-restore')[0])
  await press('ArrowDown')
  expect(document.activeElement).toBe(all('deleted-restore')[1])
  expect(all('deleted-restore').map((one) => one.tabIndex)).toEqual([-1, 0, -1])
  all('deleted-restore')[1]?.click()
  await settle()
  expect(ipc.restore).toHaveBeenCalledExactlyOnceWith('complaint', 'k1')
  expect(names()).toEqual(['Free shipping EU', 'Where is it'])
  expect(document.activeElement).toBe(all('deleted-restore')[1])
  const [toast] = toasts.list
  expect([toast?.text, toast?.action?.label, toast?.more?.label]).toEqual(['Restored: <b>Late</b> parcels.', 'Undo', 'Open'])
  toast?.action?.run()
  expect(ipc.undo).toHaveBeenCalledOnce()
  toast?.more?.run()
  await settle()
  expect(screen.panel).toMatchObject({ kind: 'complaint', id: 'k1' })
})

test('what cannot be restored stays in the list', async () => {
  await open(CAMPAIGN)
  ipc.restore.mockRejectedValueOnce({ code: 'disk_full', message: 'the disk is full' })
  all('deleted-restore')[0]?.click()
  await settle()
  expect([names(), toasts.list[0]?.tone]).toEqual([['Free shipping EU'], 'problem'])
})

test('what somebody else deletes comes into the list', async () => {
  await open(CAMPAIGN)
  ipc.deleted.mockResolvedValue([TICKET, CAMPAIGN])
  desk.changes += 1
  await settle()
  expect(names()).toEqual(['Where is it', 'Free shipping EU'])
  // The keys stay with the row that has the focus.
  expect(document.activeElement).toBe(all('deleted-restore')[1])
  await press('ArrowUp')
  expect(document.activeElement).toBe(all('deleted-restore')[0])
})

test('nothing deleted says so, and a list that cannot be read says why', async () => {
  await open()
  expect(all('deleted-none').length).toBe(1)
  ipc.deleted.mockRejectedValue({ code: 'store', message: 'the view is locked' })
  desk.changes += 1
  await settle()
  expect(all('deleted-error')[0]?.textContent).not.toBe('')
})

test('the palette leads here by its word', async () => {
  await open()
  expect(listed(COMMANDS, 'go', 'delet').map((one) => one.id)).toEqual(['go_deleted'])
})
