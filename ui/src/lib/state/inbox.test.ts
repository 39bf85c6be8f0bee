import { beforeEach, expect, test, vi } from 'vitest'

import type { ReportDto } from '$lib/ipc/types'
import { inbox, MOST_SELECTED } from '$lib/state/inbox.svelte'

const desk = vi.hoisted(() => ({ looseReports: vi.fn() }))
vi.mock('$lib/ipc/desk', () => desk)

function report(id: string): ReportDto {
  return { id, title: id, body: null, at_ms: null, complaint: null, status: null, channel: null, product: null, region: null, source_id: null }
}
const all = Array.from({ length: 1_200 }, (_, index) => report(`t${index}`))

beforeEach(async () => {
  vi.useFakeTimers()
  desk.looseReports.mockImplementation((words: string, offset: number) => {
    const found = all.filter((one) => one.id.includes(words))
    return Promise.resolve({ reports: found.slice(offset, offset + 100), total: found.length })
  })
  inbox.unselect()
  inbox.showLater()
  inbox.type('')
  await vi.advanceTimersByTimeAsync(200)
  inbox.pages.see(0, 700)
  await vi.advanceTimersByTimeAsync(1)
})

test('an action is about what is selected, else about the current one', () => {
  inbox.move(2, false)
  expect(inbox.chosen).toEqual(['t2'])
  inbox.toggle('t7')
  inbox.toggle('t9')
  expect(inbox.chosen).toEqual(['t7', 't9'])
  inbox.toggle('t7')
  expect(inbox.chosen).toEqual(['t9'])
})

test('Shift and the arrows select everything on the way, both ways from where they began', () => {
  inbox.move(3, false)
  inbox.move(4, true)
  inbox.move(5, true)
  expect(inbox.chosen).toEqual(['t3', 't4', 't5'])
  inbox.unselect()
  inbox.move(4, true)
  expect(inbox.chosen.toSorted()).toEqual(['t4', 't5'])
})

test('later hides for this visit, and the arrows go past', () => {
  inbox.move(1, false)
  expect(inbox.putOff()).toBe(1)
  expect(inbox.current?.id).not.toBe('t1')
  inbox.move(0, false)
  inbox.move(1, false)
  expect(inbox.current?.id).toBe('t2')
  inbox.showLater()
  inbox.move(1, false)
  expect(inbox.current?.id).toBe('t1')
})

/** The list as it is after a change elsewhere. */
async function becomes(ids: string[]): Promise<void> {
  desk.looseReports.mockImplementation((_: string, offset: number) => Promise.resolve({ reports: ids.slice(offset, offset + 100).map(report), total: ids.length }))
  inbox.stale()
  await vi.advanceTimersByTimeAsync(1)
}
const ids = all.map((one) => one.id)
const came = (count: number): string[] => Array.from({ length: count }, (_, index) => `new${index}`)

test.each([1, 99, 100, 340])('%i tickets that arrive above leave the keys at the ticket they were at', async (count) => {
  inbox.move(42, false)
  const before = inbox.moved
  await becomes([...came(count), ...ids])
  expect([inbox.at, inbox.current?.id, inbox.chosen]).toEqual([42 + count, 't42', ['t42']])
  expect(inbox.moved).toEqual({ from: 42, to: 42 + count })
  expect(inbox.moved).not.toBe(before)
})

test('until the ticket is found again, the keys act on it and on no other', async () => {
  inbox.move(42, false)
  const answers: (() => void)[] = []
  desk.looseReports.mockImplementation((_: string, offset: number) => {
    const list = [...came(340), ...ids]
    return new Promise((done) => answers.push(() => done({ reports: list.slice(offset, offset + 100).map(report), total: list.length })))
  })
  inbox.stale()
  for (let turn = 0; turn < 6; turn += 1) {
    expect(inbox.chosen).toEqual(['t42'])
    answers.shift()?.()
    await vi.advanceTimersByTimeAsync(1)
  }
  expect([inbox.at, inbox.current?.id]).toEqual([382, 't42'])
})

test('tickets that somebody else sorted leave it, and where it was sorted itself the next one is current', async () => {
  inbox.move(142, false)
  await becomes(ids.slice(60))
  expect([inbox.at, inbox.current?.id]).toEqual([82, 't142'])
  await becomes(ids.slice(60).filter((id) => id !== 't142'))
  expect([inbox.at, inbox.current?.id]).toEqual([82, 't143'])
  await becomes([])
  expect([inbox.at, inbox.current]).toEqual([0, null])
})

test('no more is selected than one action takes', () => {
  inbox.move(0, false)
  for (let place = 1; place <= 600; place += 1) inbox.move(place, true)
  expect(inbox.selected.size).toBe(MOST_SELECTED)
  expect(inbox.toggle('t900')).toBe(false)
})

test('a filter is asked about once the typing pauses, from the start of the list', async () => {
  inbox.move(40, false)
  desk.looseReports.mockClear()
  for (const words of ['t', 't1', 't11']) inbox.type(words)
  await vi.advanceTimersByTimeAsync(200)
  expect(desk.looseReports.mock.calls).toEqual([['t11', 0]])
  expect([inbox.at, inbox.current?.id]).toEqual([0, 't11'])
  expect(inbox.total).toBe(all.filter((one) => one.id.includes('t11')).length)
})
