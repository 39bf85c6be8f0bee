import { expect, test } from 'vitest'

import { counts, rowsOf, type Row, type Tab } from '$lib/clash-list'
import { allReasons, becausePieces, ruleName, sourceOf } from '$lib/clash-words'
import type { ClashesDto } from '$lib/ipc/types'
import { decision } from '$test/decisions'
import { clash } from '$test/samples'

const all: ClashesDto = {
  at: '2026-11-19T09:42:00Z',
  clashes: [
    clash({ id: 'strong' }),
    clash({ id: 'mine', state: 'waiting', waits_for: ['support'] }),
    clash({ id: 'theirs', state: 'waiting', waits_for: ['marketing'] }),
    clash({ id: 'done', state: 'decided', waits_for: [] }),
    clash({ id: 'quiet', strength: 'info' }),
    clash({ id: 'weak', strength: 'warn' }),
  ],
  total: 6,
  strongest: [],
  past: [{ id: 'gone', campaign: 'c', campaign_name: 'C', complaint: 'k', complaint_title: 'K', decision: decision() }],
  not_checked: [],
}

const shown = (tab: Tab, held: string | null = null): string[] =>
  rowsOf(tab, all, ['support'], held).map((row: Row) => (row.kind === 'heading' ? `# ${row.words}` : row.key))

test('open: the strongest first, what is for information below', () => {
  expect(shown('open')).toEqual(['strong', 'weak', '# For information', 'quiet'])
})

test('waiting: what waits for this person first, then for whom', () => {
  expect(shown('waiting')).toEqual(['# Waits for you', 'mine', '# Waits for Marketing', 'theirs'])
})

test('decided: what is no clash any more below', () => {
  expect(shown('decided')).toEqual(['done', '# No clash any more', 'gone'])
})

test('what was just signed stays on its tab until another one is chosen', () => {
  expect(shown('open', 'theirs')).toEqual(['strong', 'theirs', 'weak', '# For information', 'quiet'])
  expect(shown('waiting', 'done')).toContain('done')
})

test('the tabs count what they list', () => {
  expect(counts(all)).toEqual({ open: 3, waiting: 2, decided: 2 })
  expect(counts(null)).toEqual({ open: 0, waiting: 0, decided: 0 })
})

test('a rule is called by what the two have in common', () => {
  const both = clash({ because: [{ kind: 'same', dimension: 'product', values: ['Boots'] }, { kind: 'same', dimension: 'region', values: ['EU'] }] })
  expect(ruleName(both)).toBe('Same product and region')
  expect(ruleName(clash({ because: [] }))).toBe('They meet')
})

test('a reason has a strong part, a source and plain words', () => {
  expect(becausePieces({ kind: 'volume', last7: 37, usual: 9 })).toEqual(['', '37', ' tickets in 7 days, usually 9'])
  expect(sourceOf({ kind: 'volume', last7: 37, usual: 9 })).toEqual({ kind: 'complaint', words: 'chart' })
  expect(allReasons(clash({ because: [{ kind: 'live' }, { kind: 'severity', severity: 4 }] }))).toBe('It is live. Severity 4 of 5.')
})
