import { mount, unmount } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { toasts } from '$lib/state/toasts.svelte'
import { click, said, settle } from '$test/team'

import OldRules from './OldRules.svelte'

const ipc = vi.hoisted(() => ({ upgradeRules: vi.fn(), settings: vi.fn() }))
vi.mock('$lib/ipc/desk', async (original) => ({ ...(await original<object>()), ...ipc }))

let shown: Record<string, unknown> | null = null

beforeEach(async () => {
  vi.clearAllMocks()
  ipc.upgradeRules.mockReset().mockResolvedValue(true)
  shown = mount(OldRules, { target: document.body })
  await settle()
})
afterEach(async () => {
  if (shown) await unmount(shown)
})

test('one press takes the rules, says so, and reads the settings again', async () => {
  await click('old-rules-take')
  expect(ipc.upgradeRules).toHaveBeenCalledOnce()
  expect(ipc.settings).toHaveBeenCalledOnce()
  expect(JSON.stringify(toasts.list)).toContain('The board goes by today’s rules.')
})

test('a refusal stands where it was asked for', async () => {
  ipc.upgradeRules.mockRejectedValue({ code: 'not_allowed', message: 'a lead does so' })
  await click('old-rules-take')
  expect(said('old-rules-error')).toContain('A lead does so.')
  expect(ipc.settings).not.toHaveBeenCalled()
})
