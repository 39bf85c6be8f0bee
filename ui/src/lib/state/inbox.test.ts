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
