import { mount, unmount } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { desk } from '$lib/state/desk.svelte'
import { team } from '$lib/state/team.svelte'
import { toasts } from '$lib/state/toasts.svelte'
import { all, at, choose, click, GONE, LEAD, member, OTHER, said, send, settle, SHARED, WRITER } from '$test/team'

import TeamSettings from './TeamSettings.svelte'

const ipc = vi.hoisted(() => ({
  members: vi.fn(),
  safety: vi.fn(),
  ownedBy: vi.fn(),
  setRole: vi.fn(),
  removeMember: vi.fn(),
  removeDevice: vi.fn(),
}))
vi.mock('$lib/ipc/desk', async (original) => ({ ...(await original<object>()), ...ipc }))

let shown: Record<string, unknown>
const card = (id: number) => ({ kind: id % 2 === 0 ? 'campaign' : 'complaint', id: `k${id}`, title: `Card ${id}` })

async function open(members: unknown[], safety = { shared: true, leads: 2, printed: false }): Promise<void> {
  ipc.members.mockResolvedValue(members)
  ipc.safety.mockResolvedValue(safety)
  shown = mount(TeamSettings, { target: document.body })
  await settle()
}

beforeEach(() => {
  HTMLDialogElement.prototype.showModal = () => undefined
  HTMLDialogElement.prototype.close = () => undefined
  vi.clearAllMocks()
  for (const mock of [ipc.setRole, ipc.removeMember, ipc.removeDevice]) mock.mockReset().mockResolvedValue(undefined)
  ipc.ownedBy.mockResolvedValue([])
  team.isRead = false
  desk.status = SHARED
  toasts.list = []
})
afterEach(async () => {
  await unmount(shown)
  desk.status = null
})

test('each member says what they may do; who left is named at the end', async () => {
  await open([LEAD, OTHER, WRITER, GONE])
  expect(all('member').map((row) => row.dataset['name'])).toEqual(['Marketing lead', 'Support lead', 'Shift lead'])
  expect(all('member')[2]?.textContent).toContain('writes for Support')
  expect(said('members-left')).toBe('No longer here: Night shift')
})

test('nobody changes or removes themselves, and who leads nothing changes nobody', async () => {
  await open([LEAD, OTHER])
  expect([all('member-role').length, all('member-remove').length]).toEqual([1, 1])
  ipc.members.mockResolvedValue([{ ...LEAD, me: false }, { ...WRITER, me: true }])
  desk.teamChanges += 1
  await settle()
  expect([all('member-role').length, all('member-remove').length, all('print-words').length]).toEqual([0, 0, 0])
  expect(said('device-lost')).toContain('Marketing lead')
})

test('a role is chosen, given and said; a refusal stays in the dialog in words', async () => {
  await open([LEAD, WRITER])
  await click('member-role')
  expect(at<HTMLButtonElement>('role-give').disabled).toBe(true)
  await choose('role-choice', 'partner')
  expect(document.body.textContent).toContain('No budgets, no customer texts.')
  ipc.setRole.mockRejectedValueOnce({ code: 'last_lead', message: 'the board’s last lead stays' })
  await send('role-form')
  expect(said('role-error')).toBe('The board’s last lead stays. Make somebody else a lead first.')
  await send('role-form')
  expect(ipc.setRole).toHaveBeenLastCalledWith('s2', 'partner')
  expect([all('role-dialog').length, toasts.list[0]?.text]).toEqual([0, 'Shift lead: sees briefs and offers only.'])
})

test('who owns nothing goes at once', async () => {
  await open([LEAD, OTHER])
  await click('member-remove')
  expect(said('owns-nothing')).toContain('nothing')
  await send('remove-form')
  expect(ipc.removeMember).toHaveBeenCalledExactlyOnceWith('s1', null)
  expect([all('remove-dialog').length, toasts.list[0]?.text]).toEqual([0, 'Removed: Support lead.'])
})

test('who owns cards hands them over first: a handful is named, the rest counted', async () => {
  ipc.ownedBy.mockResolvedValue(Array.from({ length: 18 }, (_, index) => card(index)))
  await open([LEAD, OTHER, GONE])
  await click('member-remove')
  expect(said('owned')).toContain('Support lead owns 18 open cards')
  expect(said('owned')).toContain('Card 5')
  expect(said('owned')).not.toContain('Card 6')
  expect(said('owned')).toContain('And 12 more.')
  expect(at<HTMLButtonElement>('remove-run').disabled).toBe(true)
  await send('remove-form')
  expect(ipc.removeMember).not.toHaveBeenCalled()
  const heirs = [...at<HTMLSelectElement>('remove-heir').options].map((option) => option.textContent)
  expect(heirs).toEqual(['Choose…', 'Marketing lead (you)'])
  await choose('remove-heir', 'm1')
  ipc.removeMember.mockRejectedValueOnce({ code: 'hub', message: 'the hub is not reached' })
  await send('remove-form')
  expect(said('remove-error')).toBe('The hub does not do that. The hub is not reached.')
  await send('remove-form')
  expect(ipc.removeMember).toHaveBeenLastCalledWith('s1', 'm1')
})

test('of two devices one can go, and the person stays', async () => {
  const two = member({ id: 's1', name: 'Support lead', role: 'support-lead', devices: 2 })
  await open([LEAD, { ...two, device_list: [{ id: 'aabbccdd', this: false }, { id: '11223344', this: false }] }])
  await click('member-remove')
  await choose('remove-what', '11223344')
  await send('remove-form')
  expect([ipc.removeDevice.mock.calls, ipc.removeMember.mock.calls]).toEqual([[['11223344']], []])
  expect(toasts.list[0]?.text).toBe('Removed: device 112233.')
})

test('one’s own devices: this one stays, another goes', async () => {
  await open([{ ...LEAD, devices: 2, device_list: [{ id: 'ffee0011', this: false }, { id: '00112233', this: true }] }])
  expect(all('your-device').map((row) => row.dataset['this'])).toEqual(['true', 'false'])
  expect(all('device-remove').length).toBe(1)
  await click('device-remove')
  await send('remove-form')
  expect(ipc.removeDevice).toHaveBeenCalledExactlyOnceWith('ffee0011')
})

test.each([
  ['one lead and no sheet', { shared: true, leads: 1, printed: false }, 1],
  ['a second lead', { shared: true, leads: 2, printed: false }, 0],
  ['a sheet', { shared: true, leads: 1, printed: true }, 0],
  ['nothing is shared', { shared: false, leads: 1, printed: false }, 0],
])('the reminder: %s', async (_, safety, notes) => {
  await open([LEAD], safety)
  expect(all('safety').length).toBe(notes)
})

test('a team that cannot be read says why', async () => {
  ipc.members.mockReset()
  await open([])
  ipc.members.mockRejectedValue({ code: 'store', message: 'the view is locked' })
  desk.teamChanges += 1
  await settle()
  expect(said('team-error')).not.toBe('')
  ipc.members.mockReset()
})
