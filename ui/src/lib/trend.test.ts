import { expect, test } from 'vitest'

import type { TouchedDto, TrendDto } from '$lib/ipc/types'
import { copied, draw, LEFT, sentence, table } from '$lib/trend'

const ZONE = 'Europe/Berlin'
const DAY = 24 * 3_600_000
const NOW = Date.parse('2026-11-19T09:42:00Z')
const START = NOW - 56 * DAY

function trend(counts: number[], campaigns: TouchedDto[] = []): TrendDto {
  return { weeks: counts.map((count, index) => ({ start_ms: START + index * 7 * DAY, count })), campaigns }
}
const ran = (name: string, from: number | null, until: number | null, when = 'before'): TouchedDto => ({
  id: name,
  name,
  start_ms: from === null ? null : START + from * DAY,
  end_ms: until === null ? null : START + until * DAY,
  when,
})
const COUNTS = [7, 8, 7, 9, 8, 9, 10, 37]

test('bars stand on one line, the highest below the top, and the last week is the one that counts', () => {
  const { bars, grid, baseline } = draw(trend(COUNTS), 428, 160)
  expect(bars).toHaveLength(8)
  for (const bar of bars) expect(bar.y + bar.height).toBeCloseTo(baseline)
  expect(bars.map((bar) => bar.isNow).lastIndexOf(true)).toBe(7)
  expect(bars.filter((bar) => bar.isNow)).toHaveLength(1)
  expect(grid.map((line) => line.value)).toEqual([0, 30, 60])
  expect(bars[7]?.height).toBeGreaterThan((bars[6]?.height ?? 0) * 3)
  expect(Math.min(...bars.map((bar) => bar.x))).toBeGreaterThanOrEqual(LEFT)
})

test('no tickets at all still has an axis', () => {
  const { bars, grid } = draw(trend([0, 0, 0, 0, 0, 0, 0, 0]), 400, 160)
  expect(bars.every((bar) => bar.height === 0)).toBe(true)
  expect(grid.map((line) => line.value)).toEqual([0, 2, 4])
})

test('a campaign is drawn as far as it lies in the weeks', () => {
  const campaigns = [ran('Long', -20, 28), ran('Open end', 49, null, 'during'), ran('Later', 57, 60, 'after'), ran('Over', -9, -1)]
  const { bands } = draw(trend(COUNTS, campaigns), 428, 160)
  expect(bands.map((band) => band.name)).toEqual(['Long', 'Open end'])
  const [long, open] = bands
  expect([long?.x, long?.width]).toEqual([LEFT, 200])
  expect([open?.x, open?.width]).toEqual([LEFT + 350, 50])
})

test('names never lie on each other', () => {
  const campaigns = Array.from({ length: 12 }, (_, index) => ran(`Campaign ${index}`, index * 4, index * 4 + 10))
  const labels = draw(trend(COUNTS, campaigns), 428, 160).bands.flatMap((band) => band.label ?? [])
  expect(labels.length).toBeGreaterThan(1)
  for (const [index, label] of labels.entries()) {
    expect(label.x + label.width).toBeLessThanOrEqual(428)
    const next = labels[index + 1]
    if (next) expect(label.x + label.width).toBeLessThanOrEqual(next.x)
  }
})

test('the sentence says what the picture shows', () => {
  expect(sentence(trend(COUNTS))).toBe('37 tickets in the last 7 days, 7 to 10 a week before, over 8 weeks.')
  const beside = [ran('One', 0, 7), ran('Two', 50, 60, 'during'), ran('Three', 60, 61, 'after')]
  expect(sentence(trend(COUNTS, beside))).toMatch(/2 campaigns ran beside them\.$/)
})

test('the table has every week with its campaigns, and what is copied is text', () => {
  const rows = table(trend(COUNTS, [ran('=HYPERLINK("x")', 0, 10)]), ZONE, NOW)
  expect(rows).toHaveLength(8)
  expect(rows.map((row) => row.campaigns !== '')).toEqual([true, true, false, false, false, false, false, false])
  const lines = copied(rows).split('\n')
  expect(lines).toHaveLength(9)
  expect(lines[1]?.split('\t')[2]).toBe("'=HYPERLINK(\"x\")")
  expect(lines[8]?.split('\t')[1]).toBe('37')
})
