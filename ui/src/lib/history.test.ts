import { expect, test } from 'vitest'

import type { Card } from '$lib/fields'
import { dated, mostChanged, standing, toRestore } from '$lib/history'
import type { CampaignDto, HistoryDto } from '$lib/ipc/types'

import { campaign, complaint } from '$test/samples'

const ZONE = 'Europe/Berlin'
const NOW = Date.parse('2026-11-19T09:42:00Z')
const of = (change: Partial<CampaignDto> = {}): Card => ({ kind: 'campaign', card: campaign(change) })

function line(field: string, old: string | null, now: string | null, at = '2026-11-18T17:00:00Z'): HistoryDto {
  return { n: 7, action: 'campaign.set', by: 'Support lead', at_ms: Date.parse(at), field, old, new: now }
}

test('the newest is first, and a day is the board’s day', () => {
  const lines = [
    line('name', null, 'A', '2026-11-17T22:30:00Z'),
    line('name', 'A', 'B', '2026-11-17T23:30:00Z'),
    line('name', 'B', 'C', '2026-11-18T08:00:00Z'),
  ]
  expect(dated(lines, ZONE, NOW).map((one) => [one.day, one.line.new])).toEqual([
    ['Wed 18 Nov', 'C'],
    [null, 'B'],
    ['Tue 17 Nov', 'A'],
  ])
})

test('the same change twice in a millisecond is two lines', () => {
  const keys = dated([line('name', 'A', 'B'), line('name', 'A', 'B')], ZONE, NOW).map((one) => one.key)
  expect(new Set(keys).size).toBe(2)
})

test('what changed more than once can be looked at alone', () => {
  const lines = [line('name', null, 'A'), line('owner', null, 'B'), line('owner', 'B', 'C'), line('owner', 'C', null)]
  expect(mostChanged(lines, 2)).toEqual([{ field: 'owner', count: 3 }])
})

test.each<[string, Card, HistoryDto, unknown]>([
  ['an owner', of(), line('owner', 'Email marketing', 'Campaign manager'), { field: 'owner', value: 'Email marketing' }],
  ['an empty field', of(), line('owner', null, 'Campaign manager'), { field: 'owner', value: null }],
  ['what stands already', of(), line('owner', 'Campaign manager', 'Email marketing'), null],
  ['a start, typed in the board’s zone', of(), line('start', '2026-11-20T14:00:00Z', null), { field: 'start', value: '2026-11-20 15:00' }],
  ['the start that stands', of(), line('start', '2026-11-21T14:00:00Z', null), null],
  ['a removed product comes back beside the others', of(), line('product', 'Tents', null), { field: 'product', value: 'Boots, Tents' }],
  ['an added product goes', of(), line('product', null, 'Boots'), { field: 'product', value: null }],
  ['a product that is there again', of(), line('product', 'Boots', null), null],
  ['a product that is gone already', of(), line('product', null, 'Tents'), null],
  ['an element that cannot be typed', of(), line('labels', 'a, b', null), null],
  ['a name is never emptied', of(), line('name', null, 'Free shipping EU'), null],
  ['a field that nobody types', of(), line('source', 'trello', null), null],
  ['out of the archive', of({ archived: true }), line('archived', null, 'yes'), { field: 'archived', value: 'no' }],
  ['not in the archive', of(), line('archived', null, 'yes'), null],
  ['a severity', { kind: 'complaint', card: complaint() }, line('severity', '2', '4'), { field: 'severity', value: '2' }],
])('restores %s', (_, card, one, expected) => {
  expect(toRestore(card, one, ZONE)).toEqual(expected)
})

test('what stands now is said as the history says it', () => {
  expect(standing(of({ deleted: true }), 'deleted', ZONE)).toBe('yes')
  expect(standing(of({ owner: null }), 'owner', ZONE)).toBe(null)
  expect(standing(of(), 'product', ZONE)).toBe('Boots')
})
