import { describe, expect, test } from 'vitest'

import { clockWords, day, exactTime, initials, list, longDay, moment, number, points, remaining, span, spanShort, time, wall } from '$lib/format'

const BERLIN = 'Europe/Berlin'
const at = (text: string): number => Date.parse(text)
const NOW = at('2026-11-19T09:42:00Z')

describe('dates are in the zone of the board', () => {
  test.each([
    ['2026-11-21T14:00:00Z', '2026-11-21 15:00'],
    ['2026-07-01T22:30:00Z', '2026-07-02 00:30'],
    ['2026-10-25T00:30:00Z', '2026-10-25 02:30'],
    ['2026-10-25T01:30:00Z', '2026-10-25 02:30'],
  ])('%s is typed as %s', (instant, expected) => {
    expect(wall(at(instant), BERLIN)).toBe(expected)
  })

  test('time, day and moment', () => {
    expect(time(at('2026-11-21T23:05:00Z'), BERLIN)).toBe('00:05')
    expect(longDay(NOW, BERLIN)).toBe('Thursday, 19 November')
    expect([clockWords(161), clockWords(0), clockWords(9.9), clockWords(3_600)]).toEqual(['2:41', '0:00', '0:09', '60:00'])
    expect(exactTime(at('2026-11-19T09:42:03Z'), BERLIN)).toBe('10:42:03')
    expect(day(at('2026-11-21T14:00:00Z'), BERLIN, NOW)).toBe('Sat 21 Nov')
    expect(day(at('2027-01-02T14:00:00Z'), BERLIN, NOW)).toBe('Sat 2 Jan 2027')
    expect(moment(at('2026-11-19T14:00:00Z'), BERLIN, NOW)).toBe('today 15:00')
    expect(moment(at('2026-11-21T14:00:00Z'), BERLIN, NOW)).toBe('Sat 15:00')
    expect(moment(at('2026-11-18T14:00:00Z'), BERLIN, NOW)).toBe('Wed 18 Nov 15:00')
  })

  test('an end is the first instant outside', () => {
    const [start, end] = [at('2026-12-11T23:00:00Z'), at('2026-12-19T23:00:00Z')]
    expect(span(start, end, BERLIN, NOW)).toBe('Sat 12 Dec to Sat 19 Dec')
    expect(span(start, at('2026-12-12T23:00:00Z'), BERLIN, NOW)).toBe('Sat 12 Dec')
    expect(span(start, null, BERLIN, NOW)).toBe('from Sat 12 Dec')
    expect(span(null, end, BERLIN, NOW)).toBe('until Sat 19 Dec')
    expect(span(null, null, BERLIN, NOW)).toBe('no dates yet')
  })

  test.each([
    ['2026-11-21T14:00:00Z', '2026-11-28T23:00:00Z', 'Sat 21 to Sat 28 Nov'],
    ['2026-11-24T23:00:00Z', '2026-12-06T23:00:00Z', 'Wed 25 Nov to 6 Dec'],
    ['2026-10-31T23:00:00Z', '2026-11-22T23:00:00Z', 'until Sun 22 Nov'],
    ['2026-11-20T23:00:00Z', '2026-11-21T23:00:00Z', 'Sat 21 Nov'],
    ['2027-03-07T23:00:00Z', '2027-03-14T23:00:00Z', '8 Mar to 14 Mar 2027'],
    ['2026-12-27T23:00:00Z', '2027-01-03T23:00:00Z', 'Mon 28 Dec to 3 Jan 2027'],
  ])('%s to %s on a card is %s', (start, end, expected) => {
    expect(spanShort(at(start), at(end), BERLIN, NOW)).toBe(expected)
  })
})

test('what remains has two figures at most', () => {
  expect([3120, 2880, 258, 240, 12, 0, -5].map(remaining)).toEqual([
    '2 d 4 h',
    '2 d',
    '4 h 18',
    '4 h',
    '12 min',
    '0 min',
    '0 min',
  ])
})

test('numbers, points, lists and initials', () => {
  expect(number(48_000)).toBe('48\u00a0000')
  expect([3200, 1250, 1392].map(points)).toEqual(['32', '12.5', '13.9'])
  expect(list(['Boots', 'EU', 'web'])).toBe('Boots, EU and web')
  expect(['Marketing lead', 'Support', 'élise', 'CM', ''].map(initials)).toEqual(['ML', 'S', 'É', 'CM', '?'])
})
