import { expect, test, vi } from 'vitest'

vi.mock('$lib/ipc/desk', () => ({ kept: vi.fn(), keep: vi.fn() }))

import { board } from '$lib/state/board.svelte'
import { desk } from '$lib/state/desk.svelte'
import { campaign } from '$test/samples'

const state = (): string | undefined => board.card('campaign', 'c1')?.card.state

test.each(['saved', 'refused'] as const)('a card that was moved on stays where it was moved to when the first move is %s', (answer) => {
  const card = campaign({ state: 'idea' })
  desk.board = { name: '', zone: 'UTC', campaigns: [card], complaints: [], counts: { campaigns: 1, complaints: 0, reports: 0, reports_loose: 0 }, undo: null, redo: null }
  const first = board.expect({ kind: 'campaign', card }, 'draft')
  expect(state()).toBe('draft')
  const second = board.expect({ kind: 'campaign', card }, 'ready')
  first[answer]()
  expect(state()).toBe('ready')
  second.refused()
  expect(state()).toBe('idea')
})
