import { mount, unmount } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import Proposals from '$components/record/Proposals.svelte'
import type { ProposalDto } from '$lib/ipc/types'
import { toTake } from '$lib/proposals'
import { toasts } from '$lib/state/toasts.svelte'
import { campaign } from '$test/samples'

const ipc = vi.hoisted(() => ({ answerProposal: vi.fn() }))
vi.mock('$lib/ipc/desk', async (original) => ({ ...(await original<object>()), ...ipc }))

const proposal = (change: Partial<ProposalDto> = {}): ProposalDto => ({
  field: 'name',
  element: null,
  value: '<b>Shipping</b> without bikes',
  member: 'm2',
  by: 'Support lead',
  at_ms: Date.UTC(2026, 10, 20, 9),
  own: false,
  can_take: true,
  ...change,
})

let shown: Record<string, never> | null = null
const all = (id: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`[data-testid="${id}"]`)]

function show(...proposals: ProposalDto[]): void {
  const of = { kind: 'campaign' as const, card: campaign({ proposals }) }
  shown = mount(Proposals, { target: document.body, props: { of, proposals } })
}

beforeEach(() => {
  ipc.answerProposal.mockReset().mockResolvedValue(undefined)
  toasts.list.length = 0
})
afterEach(() => {
  if (shown) void unmount(shown)
  shown = null
})

test('what is proposed stands beside what the card says, as text, and is taken by one click', async () => {
  show(proposal())
  expect(all('proposal-value')[0]?.textContent).toBe('<b>Shipping</b> without bikes')
  expect(all('proposal')[0]?.querySelector('del')?.textContent).toBe('Free shipping EU')
  expect(all('proposal-take')[0]?.textContent).toContain('Y')
  all('proposal-take')[0]?.click()
  await vi.waitFor(() => expect(toasts.list[0]?.text).toBe('Free shipping EU: Name taken as proposed'))
  expect(ipc.answerProposal).toHaveBeenCalledExactlyOnceWith({ kind: 'campaign', id: 'c1', name: 'Free shipping EU', proposal: proposal() }, true)
})

test('an element of a list is named as one that comes or goes, and declining says so', async () => {
  show(proposal({ field: 'product', element: 'Bikes', value: 'no' }))
  expect(all('proposal-value')[0]?.textContent).toBe('remove Bikes')
  all('proposal-decline')[0]?.click()
  await vi.waitFor(() => expect(toasts.list[0]?.text).toContain('declined'))
  expect(ipc.answerProposal.mock.calls[0]?.[1]).toBe(false)
})

test('one of one\'s own is taken back, and nobody else who may not write is offered anything', () => {
  show(proposal({ own: true, can_take: false }), proposal({ member: 'm3', can_take: false, by: 'Support' }))
  expect(all('proposal-back')).toHaveLength(1)
  expect(all('proposal-take')).toHaveLength(0)
  expect(all('proposal-decline')).toHaveLength(0)
})

test('the key takes the oldest that may be taken, never one\'s own', () => {
  const mine = proposal({ own: true })
  const theirs = proposal({ member: 'm3' })
  const of = (...proposals: ProposalDto[]) => ({ kind: 'campaign' as const, card: campaign({ proposals }) })
  expect(toTake(of(mine, theirs))).toEqual(theirs)
  expect(toTake(of(proposal({ can_take: false })))).toBeUndefined()
})
