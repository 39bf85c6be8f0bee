import { expect, test } from 'vitest'

import { counts, known, places } from '$lib/known'
import type { ComplaintDto } from '$lib/ipc/types'

import { complaint } from '$test/samples'

const of = (title: string, state: string, last7: number, more: Partial<ComplaintDto> = {}): ComplaintDto =>
  complaint({ id: title, title, state, last7, ...more })
const LIST = [
  of('Code rejected', 'fixing', 14),
  of('Late parcels', 'confirmed', 37),
  of('Pick-up not ready', 'confirmed', 7),
  of('Chat closes', 'new', 6),
  of('Login loop', 'watching', 0),
  of('Double invoice', 'solved', 0),
  of('Gone', 'new', 99, { deleted: true }),
]

test('open ones by state, what is worked on first, the most frequent first within', () => {
  const groups = known(LIST, 'open', '')
  expect(groups.map((group) => [group.state, group.complaints.map((one) => one.title)])).toEqual([
    ['confirmed', ['Late parcels', 'Pick-up not ready']],
    ['fixing', ['Code rejected']],
    ['new', ['Chat closes']],
  ])
  expect(counts(LIST)).toEqual({ open: 4, watching: 1, solved: 1 })
})

test('every word has to be somewhere in it', () => {
  expect(known(LIST, 'open', 'boots  LATE').flatMap((group) => group.complaints.map((one) => one.title))).toEqual(['Late parcels'])
  expect(known(LIST, 'open', 'tents')).toEqual([])
})

test('tickets may go to any, the most frequent first', () => {
  expect(places(LIST, '').map((one) => one.title).slice(0, 3)).toEqual(['Late parcels', 'Code rejected', 'Pick-up not ready'])
  expect(places(LIST, 'invoice').map((one) => one.title)).toEqual(['Double invoice'])
})
