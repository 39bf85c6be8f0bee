import { beforeEach, expect, test, vi } from 'vitest'

import { putAway, saveFields } from '$lib/card-actions'
import { drafts } from '$lib/state/drafts.svelte'
import { campaign } from '$test/samples'

const desk = vi.hoisted(() => ({ set: vi.fn(), remove: vi.fn(), keep: vi.fn(async () => undefined), kept: vi.fn() }))
vi.mock('$lib/ipc/desk', () => desk)

const of = { kind: 'campaign' as const, card: campaign() }

function typed() {
  drafts.drop(drafts.open('campaign', 'c1'))
  const draft = drafts.open('campaign', 'c1')
  draft.follow(of, 'Europe/London')
  draft.type('audience', 'Everybody in the EU')
  return draft
}

beforeEach(() => {
  desk.set.mockReset().mockResolvedValue({ proposed: false })
  desk.remove.mockReset().mockResolvedValue({ proposed: false })
})

test('what is typed while a field is being saved stays typed', async () => {
  const draft = typed()
  desk.set.mockImplementationOnce(async () => {
    draft.type('audience', 'Everybody in the EU, from 18')
    return { proposed: false }
  })
  await saveFields(draft, ['audience'], of)
  expect(desk.set).toHaveBeenCalledWith('campaign', 'c1', 4, [{ field: 'audience', value: 'Everybody in the EU' }])
  draft.follow({ kind: 'campaign', card: campaign({ seen: 5, audience: 'Everybody in the EU' }) }, 'Europe/London')
  expect(draft.value('audience')).toBe('Everybody in the EU, from 18')
  expect(draft.isDirty).toBe(true)
})

test('a field that was saved is no draft any more', async () => {
  const draft = typed()
  await saveFields(draft, ['audience'], of)
  expect(draft.isDirty).toBe(false)
})

test('a card that cannot be put away keeps what was typed into it', async () => {
  const draft = typed()
  desk.remove.mockRejectedValueOnce({ code: 'disk_full', message: 'the disk is full' })
  await putAway(of)
  expect(drafts.open('campaign', 'c1')).toBe(draft)
  await putAway(of)
  expect(drafts.open('campaign', 'c1')).not.toBe(draft)
})
