import { expect, test } from 'vitest'

import { headline, kindWord, outcome, reason, standupNext } from '$lib/agenda-words'
import type { FixDto } from '$lib/ipc/types'
import { clashItem, item, settled } from '$test/agenda'
import { decision, signature } from '$test/decisions'
import { complaint } from '$test/samples'

const BERLIN = 'Europe/Berlin'
const NOW = Date.parse('2026-11-19T09:42:00Z')
const mended_ms = Date.parse('2026-11-03T10:00:00Z')
const fix = (text: string | null): FixDto => ({ at_ms: mended_ms, by: 'Agent', text })
const back = { mended_ms, since_ms: mended_ms + 1, reports: 4 }
const items = (count: number, state = 'open'): ReturnType<typeof item>[] => Array.from({ length: count }, () => item({ state }))

test.each([
  [6, 5, 'Six things to decide, about five minutes.'],
  [1, 1, 'One thing to decide, about one minute.'],
  [12, 9, 'Twelve things to decide, about nine minutes.'],
  [13, 14, '13 things to decide, about 14 minutes.'],
])('%i open items, %i minutes', (count, minutes, expected) => {
  expect(headline({ items: [...items(count), ...items(2, 'settled')], minutes })).toBe(expected)
})

test.each([
  ['clash', 'Clash'],
  ['handed_over', 'Handed off'],
  ['from_the_future', 'from the future'],
])('the kind %s is called %s', (kind, expected) => {
  expect(kindWord(item({ kind }))).toBe(expected)
})

test.each([
  [clashItem(), 'Same product: Boots. 37 tickets in 7 days, usually 9. Starts in 2 d 4 h.'],
  [item(), '37 tickets in 7 days, usually 9. Nobody owns it.'],
  [item({ complaint: complaint({ owner: 'Agent' }) }), '37 tickets in 7 days, usually 9.'],
  [item({ kind: 'returned', complaint: complaint({ returned: 2, reports: 0 }) }), 'Back for the 3rd time.'],
  [
    item({ kind: 'returned', complaint: complaint({ returned: 1, reports: 0, back, fixes: [fix('Copy only'), fix('Training')] }) }),
    'Back for the 2nd time. 4 tickets since it was mended on Tue 3 Nov. Last fix: Copy only, Agent, Tue 3 Nov.',
  ],
  [item({ kind: 'returned', complaint: complaint({ returned: 1, reports: 0, fixes: [fix(null)] }) }), 'Back for the 2nd time. Last fix by Agent, Tue 3 Nov.'],
  [item({ kind: 'quiet', complaint: complaint({ quiet_days: 14 }) }), 'No ticket for 14 days. It may be closed.'],
  [
    item({ kind: 'too_many', complaint: complaint({ too_many: 26, reports: 0 }) }),
    '26 tickets in one day. One answer for everybody and one fix are better than a reply to each.',
  ],
  [item({ kind: 'handed_over', decision: decision({ word: 'hand_off', text: 'Ask the carrier' }) }), 'With Email marketing since today 10:18, from Marketing lead. Ask the carrier.'],
  [item({ kind: 'deferred', complaint: null, decision: decision({ word: 'defer', text: null }) }), 'Deferred by Marketing lead, today 10:18.'],
])('why it is on the agenda', (of, expected) => {
  expect(reason(of, BERLIN, NOW)).toBe(expected)
})

test('what has become of it', () => {
  expect(outcome(item(), BERLIN, NOW)).toBe('')
  const proposed = decision({ marketing: signature() })
  expect(outcome(clashItem({ state: 'waiting', decision: proposed }), BERLIN, NOW)).toBe('Mitigate, waits for Support')
  const both = decision({ marketing: signature(), support: signature({ me: true }), signed: true })
  expect(outcome(clashItem({ state: 'settled', decision: both }), BERLIN, NOW)).toBe('Mitigate, both signed')
  const handed = item(settled('hand_off', { owner: 'Agent', due_ms: Date.parse('2026-11-20T11:00:00Z') }))
  expect(outcome(handed, BERLIN, NOW)).toBe('Hand off, Agent, Fri 12:00')
})

test.each([
  ['2026-11-19T10:00:00Z', 'Standup today 11:00, in 18 min'],
  ['2026-11-20T10:00:00Z', 'Standup Fri 11:00'],
  ['2026-11-19T09:00:00Z', 'Standup today 10:00'],
])('the next standup at %s', (at, expected) => {
  expect(standupNext(Date.parse(at), BERLIN, NOW)).toBe(expected)
})
