import { afterEach, expect, test, vi } from 'vitest'

import { COMMANDS } from '$lib/commands'
import type { ReportDto } from '$lib/ipc/types'
import { current, type Current } from '$lib/state/current.svelte'
import { desk } from '$lib/state/desk.svelte'
import { inbox } from '$lib/state/inbox.svelte'
import { screen } from '$lib/state/screen.svelte'

const report: ReportDto = { id: 'r1', title: 'Late', body: null, at_ms: null, complaint: null, status: null, channel: null, product: null, region: null, source_id: null }

/** What a key means there. */
function meaning(key: string, item: Current, view: typeof screen.view): string[] {
  desk.phase = 'ready'
  screen.view = view
  screen.panel = null
  screen.dialog = null
  current.item = item
  return COMMANDS.filter((one) => one.key === key && one.scope === 'app' && one.when()).map((one) => one.id)
}

afterEach(() => vi.restoreAllMocks())

test('digits decide about the ticket in the inbox, and about nothing else then', () => {
  vi.spyOn(inbox, 'current', 'get').mockReturnValue(report)
  for (const key of ['1', '2', 'z']) {
    const found = meaning(key, { kind: 'report', id: 'r1' }, 'complaints')
    expect(found, key).toHaveLength(1)
    expect(found[0], key).toMatch(/^inbox_/)
    expect(meaning(key, { kind: 'clash', id: 'x1' }, 'clashes').filter((id) => id.startsWith('inbox_')), key).toEqual([])
    expect(meaning(key, { kind: 'report', id: 'r1' }, 'board'), key).toEqual([])
  }
})

test('card keys act on cards only, and on the kind that has the field', () => {
  const ids = (kind: Current['kind']): string[] => ['s', 'a', 'i', 'p', 'd', 'l', 'e'].flatMap((key) => meaning(key, { kind, id: 'x' }, 'board'))
  expect(ids('campaign')).toEqual(['card_state', 'card_owner', 'assign_me', 'card_dates', 'card_labels', 'archive'])
  expect(ids('complaint')).toEqual(['card_state', 'card_owner', 'assign_me', 'card_severity'])
  expect(ids('report')).toEqual([])
})
