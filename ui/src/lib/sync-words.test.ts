import { expect, test } from 'vitest'

import type { StatusDto } from '$lib/ipc/types'
import { hubWord, jobPercent, placeWords, syncWords } from '$lib/sync-words'

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
  check({ state: 'offline', waiting: 12, problem: 'the hub cannot store anything now' }, 'Not sent since 10:42 · 12 waiting')
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
  expect(word({ state: 'offline', problem: 'the hub cannot store anything now' })).toBe('answers')
  expect(word({ state: 'problem' })).toBe('')
})

const job = { kind: 'history', done: 43, total: 100, can_stop: true }

test('long work is named with how far it is, but never hides that something is in the way', () => {
  check({ job }, 'Fetching the history · 43 %')
  check({ job: { ...job, total: 0 } }, 'Fetching the history')
  check({ job: { ...job, kind: 'of a later version' } }, 'At work · 43 %')
  check({ job, state: 'offline' }, 'Offline since 10:42')
  check({ job, state: 'problem', problem: 'disk full' }, 'Problem: disk full')
  expect(jobPercent({ ...job, done: 999 })).toBe(100)
})

test('an alarm is red wherever the hub is, and a problem that stops work comes first', () => {
  const alarm = 'What this board began with was not what its history says.'
  for (const state of ['synced', 'connecting', 'offline']) {
    expect(syncWords(status({ state, alarm }), 'UTC')).toMatchObject({ pill: 'Problem: the history does not fit', tone: 'clash' })
  }
  check({ state: 'problem', problem: 'disk full', alarm }, 'Problem: disk full')
})

test('a place that is not safe is said in the language of the window, else as it came', () => {
  expect(placeWords(status({}))).toBe(null)
  const place = { risk: 'network', by: 'nfs4', dir: '/mnt/board' }
  expect(placeWords(status({ place, place_warning: 'as it came' }))).toContain('network drive (nfs4)')
  expect(placeWords(status({ place: { ...place, risk: 'synchronised', by: 'Dropbox' } }))).toContain('Dropbox synchronises')
  expect(placeWords(status({ place_warning: 'as it came' }))).toBe('as it came')
})
