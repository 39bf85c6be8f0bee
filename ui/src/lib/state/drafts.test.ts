import { expect, test } from 'vitest'

import type { Card } from '$lib/fields'
import { Draft, drafts } from '$lib/state/drafts.svelte'

import { campaign } from '$test/samples'

const ZONE = 'Europe/Berlin'
const card = (change: Parameters<typeof campaign>[0] = {}): Card => ({ kind: 'campaign', card: campaign(change) })

test('a new card sends what was filled in, and nothing else', () => {
  const draft = new Draft('campaign', null)
  expect(draft.isDirty).toBe(false)
  draft.type('name', '  Advent  ')
  draft.type('product', 'Boots, Tents')
  expect(draft.filled()).toEqual([
    { field: 'name', value: 'Advent' },
    { field: 'product', value: 'Boots, Tents' },
    { field: 'state', value: 'idea' },
  ])
})

test('an edit sends only what changed, with the place it was read at', () => {
  const draft = new Draft('campaign', 'c1')
  draft.follow(card(), ZONE)
  expect(draft.value('start')).toBe('2026-11-21 15:00')
  draft.type('end', '2026-11-28 15:00')
  draft.type('owner', '')
  expect(draft.edits()).toEqual([
    {
      seen: 4,
      fields: [
        { field: 'end', value: '2026-11-28 15:00' },
        { field: 'owner', value: null },
      ],
    },
  ])
})

test('a foreign change under an open form is never overwritten silently', () => {
  const draft = new Draft('campaign', 'c1')
  draft.follow(card(), ZONE)
  draft.type('name', 'Free shipping everywhere')
  draft.follow(card({ seen: 9, name: 'Free shipping Europe', owner: 'Marketing lead' }), ZONE)
  expect(draft.value('name')).toBe('Free shipping everywhere')
  expect(draft.value('owner')).toBe('Marketing lead')
  draft.type('owner', 'Shift lead')
  expect(draft.edits()).toEqual([
    { seen: 4, fields: [{ field: 'name', value: 'Free shipping everywhere' }] },
    { seen: 9, fields: [{ field: 'owner', value: 'Shift lead' }] },
  ])
})

test('what was typed is there when the form opens again', () => {
  drafts.open('complaint', null).type('title', 'Boots lost')
  expect(drafts.open('complaint', null).value('title')).toBe('Boots lost')
  drafts.drop(drafts.open('complaint', null))
  expect(drafts.open('complaint', null).value('title')).toBe('')
})
