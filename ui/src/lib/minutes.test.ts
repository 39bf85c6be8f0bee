import { expect, test } from 'vitest'

import { digest, minutes, sectionOf, tally, type Surroundings } from '$lib/minutes'
import { clashItem, item, settled } from '$test/agenda'
import { decision, signature } from '$test/decisions'

const around: Surroundings = { board: 'Outdoor shop', present: ['Marketing lead', 'Support lead'], zone: 'Europe/Berlin', now: Date.parse('2026-11-19T10:05:00Z') }
const started_ms = Date.parse('2026-11-19T10:00:00Z')
const both = decision({ marketing: signature(), support: signature({ me: true }), signed: true })
const write = (items: ReturnType<typeof item>[], more: Partial<Surroundings> = {}): string => minutes({ started_ms, items }, { ...around, ...more })

test('what was decided, by whom and until when', () => {
  const items = [
    clashItem({ state: 'settled', decision: both }),
    item({ title: 'BOOT10 rejected', ...settled('decide', { text: 'Fix the checkout', owner: 'Payments team', due_ms: Date.parse('2026-11-23T11:00:00Z') }) }),
    clashItem({ key: 'clash/x2', state: 'waiting', decision: decision({ word: 'accept', text: 'Small audience', owner: null, due_ms: null, marketing: signature() }) }),
    item({ title: 'Refund wording', ...settled('hand_off', { text: 'Ask legal', owner: 'Legal', due_ms: Date.parse('2026-11-20T11:00:00Z') }) }),
    item({ title: 'Login loop', ...settled('defer', { text: null, due_ms: Date.parse('2026-12-01T11:00:00Z') }) }),
    item({ title: 'Old banner', ...settled('drop', { text: 'Gone since May' }) }),
    item({ title: 'Late parcels' }),
  ]
  expect(write(items)).toBe(`# Outdoor shop, standup Thursday, 19 November

Present: Marketing lead and Support lead

## Decided
- **Free shipping EU meets Late parcels North**: Mitigate: leave the 412 out, banner on the tracking page. Email marketing, Thu 19 Nov 14:00. Signed by Marketing lead and Support lead.
- **BOOT10 rejected**: Fix the checkout. Payments team, Mon 23 Nov 12:00.

## Waiting for a signature
- **Free shipping EU meets Late parcels North**: Accept risk: Small audience. Signed by Marketing lead. Waits for Support.

## Handed off
- **Refund wording**: Ask legal. Legal, Fri 20 Nov 12:00.

## Deferred
- **Login loop**: Tue 1 Dec 12:00.

## Dropped
- **Old banner**: Gone since May.

## Open
- **Late parcels**
`)
})

test('nobody known to be there, nothing to decide', () => {
  expect(write([], { present: [] })).toBe('# Outdoor shop, standup Thursday, 19 November\n\nNothing needed a decision.\n')
})

test('what people typed stays text', () => {
  const typed = 'first\n# second\n- *third* <b>x</b> [link](https://example.com)'
  const line = write([item({ title: typed, ...settled('decide', { text: typed }) })]).split('\n').find((one) => one.startsWith('- '))
  const plain = 'first # second - \\*third\\* \\<b\\>x\\</b\\> \\[link\\](https://example.com)'
  expect(line).toBe(`- **${plain}**: ${plain}.`)
})

test('a proposal that is not open any more is not decided', () => {
  expect(sectionOf(item({ state: 'open', decision: both }))).toBe('open')
  expect(sectionOf(clashItem({ state: 'waiting', decision: both }))).toBe('waiting')
  expect(sectionOf(item({ state: 'settled' }))).toBe('gone')
})

test('the last screen counts what came of it, the digest says it', () => {
  const items = [clashItem({ state: 'settled', decision: both }), item(settled('drop')), item(), item()]
  expect(tally(items).map((one) => `${one.words} ${one.count}`)).toEqual(['Decided 1', 'Dropped 1', 'Open 2'])
  const starred = item(settled('decide', { text: 'Fix the *checkout*' }))
  expect(digest([starred], around)[0]?.words).toBe('Decided: Late parcels North. Fix the *checkout*.')
  expect(digest(items, around).map((one) => one.words.slice(0, 24))).toEqual(['Decided: Free shipping E', 'Dropped: Late parcels No'])
})
