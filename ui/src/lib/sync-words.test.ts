import { expect, test } from 'vitest'

import type { StatusDto } from '$lib/ipc/types'
import { hubWord, syncWords } from '$lib/sync-words'

const since_ms = Date.parse('2026-11-19T09:42:00Z')

const status = (change: Partial<StatusDto>): StatusDto => ({
  state: 'synced',
  since_ms,
  waiting: 0,
  problem: null,
  hub: 'ws://hub.example.com',
  refused: [],
  present: [],
  ...change,
})

function check(change: Partial<StatusDto>, pill: string): void {
  expect(syncWords(status(change), 'Europe/Berlin').pill).toBe(pill)
}

test('the pill says only what is known', () => {
  check({}, 'Synced 10:42')
  check({ waiting: 3 }, 'Synced 10:42 · 3 waiting')
  check({ state: 'offline' }, 'Offline since 10:42')
  check({ state: 'offline', waiting: 12 }, 'Offline since 10:42 · 12 waiting')
  check({ state: 'local', since_ms: null, hub: null }, 'Local board')
  check({ state: 'connecting', since_ms: null }, 'Connecting')
  check({ state: 'waiting_for_lead' }, 'Waiting for a lead')
  check({ state: 'problem', problem: 'disk full' }, 'Problem: disk full')
})

test('the hub has everything only when nothing waits', () => {
  const word = (change: Partial<StatusDto>): string => hubWord(status(change))
  expect(word({})).toBe('has everything')
  expect(word({ waiting: 1 })).toBe('answers')
  expect(word({ state: 'offline' })).toBe('no answer')
  expect(word({ state: 'problem' })).toBe('')
})
