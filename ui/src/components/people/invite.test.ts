import { mount, unmount } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { desk } from '$lib/state/desk.svelte'
import { drafts } from '$lib/state/drafts.svelte'
import { team } from '$lib/state/team.svelte'
import { all, at, choose, click, LEAD, OTHER, said, settle, SHARED, type, WRITER } from '$test/team'

import Invite from './Invite.svelte'

const ipc = vi.hoisted(() => ({ members: vi.fn(), safety: vi.fn(), share: vi.fn(), invite: vi.fn(), inviteOwn: vi.fn(), voiceWords: vi.fn() }))
vi.mock('$lib/ipc/desk', async (original) => ({ ...(await original<object>()), keep: vi.fn(), ...ipc }))

const WORDS = ['amber', 'canyon', 'lift', 'thistle']
let shown: Record<string, unknown>

async function open(members: unknown[], shared: boolean): Promise<void> {
  ipc.members.mockResolvedValue(members)
  ipc.safety.mockResolvedValue({ shared, leads: 1, printed: false })
  desk.status = shared ? SHARED : { ...SHARED, state: 'local', hub: null }
  shown = mount(Invite, { target: document.body })
  await settle()
}

beforeEach(() => {
  vi.clearAllMocks()
  team.isRead = false
  ipc.voiceWords.mockResolvedValue(WORDS)
  ipc.share.mockResolvedValue('code-1')
  ipc.invite.mockResolvedValue('code-2')
  ipc.inviteOwn.mockResolvedValue('code-3')
})
afterEach(async () => {
  await unmount(shown)
  drafts.forget('settings/team/hub')
  desk.status = null
})

async function share(address: string): Promise<void> {
  await type('hub-address', address)
  at('share-run').closest('form')?.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }))
  await settle()
}

test('a board is shared with an address, for the lead of the other function', async () => {
  await open([LEAD], false)
  expect(at<HTMLSelectElement>('invite-role').value).toBe('support-lead')
  expect(all('invite-own')).toEqual([])
  await share(' wss://hub.example.com ')
  expect(ipc.share).toHaveBeenCalledExactlyOnceWith('wss://hub.example.com', 'support-lead')
  expect(said('invite-code')).toBe('code-1')
  expect(all('voice-word').map((word) => word.textContent)).toEqual(WORDS)
  expect(ipc.voiceWords).toHaveBeenCalledWith('code-1')
})

test('what is wrong with the address stands at it; a hub that is away is said below', async () => {
  await open([LEAD], false)
  ipc.share.mockRejectedValueOnce({ code: 'input_address', message: '', field: 'hub', value: 'nowhere' })
  await share('nowhere')
  expect([at('hub-address').getAttribute('aria-invalid'), all('share-error').length]).toEqual(['true', 0])
  ipc.share.mockRejectedValueOnce({ code: 'hub', message: 'the hub is not reached' })
  await share('wss://away.example.com')
  expect([at('hub-address').getAttribute('aria-invalid'), said('share-error')]).toEqual([null, 'The hub does not do that. The hub is not reached.'])
})

test('an invite carries the role that was chosen, says which, and another one begins again', async () => {
  await open([LEAD, OTHER], true)
  expect(at<HTMLSelectElement>('invite-role').value).toBe('support')
  await choose('invite-role', 'viewer')
  expect(document.body.textContent).toContain('A viewer can still flag complaints and ask.')
  await click('make-invite')
  expect(ipc.invite).toHaveBeenCalledExactlyOnceWith('viewer')
  expect(document.body.textContent).toContain('Invite as Viewer')
  await click('another-invite')
  expect([all('invite-code').length, at<HTMLSelectElement>('invite-role').value]).toEqual([0, 'viewer'])
})

test('another device of one’s own needs no role', async () => {
  await open([LEAD], true)
  await click('invite-own')
  expect([ipc.inviteOwn.mock.calls.length, ipc.invite.mock.calls.length, said('invite-code')]).toEqual([1, 0, 'code-3'])
  expect(document.body.textContent).toContain('Code for your other device')
})

test('whoever leads nothing learns whom to ask, and still brings a device of their own', async () => {
  await open([{ ...LEAD, me: false }, { ...WRITER, me: true }], true)
  expect(said('no-lead')).toBe('Leads invite people. Ask Marketing lead.')
  expect([all('make-invite').length, all('invite-role').length, all('invite-own').length]).toEqual([0, 0, 1])
})
