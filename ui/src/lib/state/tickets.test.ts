import { expect, test, vi } from 'vitest'

import type { ReportDto } from '$lib/ipc/types'
import { PAGE, TicketPages } from '$lib/state/tickets.svelte'

function report(id: string): ReportDto {
  return { id, title: id, body: null, at_ms: null, complaint: null, status: null, channel: null, product: null, region: null, source_id: null }
}
const page = (offset: number, length = PAGE, tag = 't'): ReportDto[] => Array.from({ length }, (_, index) => report(`${tag}${offset + index}`))
const settled = (): Promise<void> => new Promise((done) => setTimeout(done))

test('only pages that are looked at are asked for, and each once', async () => {
  const read = vi.fn((offset: number) => Promise.resolve(page(offset)))
  const tickets = new TicketPages(read)
  tickets.see(0, 20)
  tickets.see(5, 30)
  await settled()
  expect(read.mock.calls).toEqual([[0]])
  tickets.see(20_090, 20_110)
  await settled()
  expect(read.mock.calls).toEqual([[0], [20_000], [20_100]])
  expect([tickets.at(3)?.id, tickets.at(20_105)?.id, tickets.at(150)]).toEqual(['t3', 't20105', undefined])
})

test('after a change the old rows stay until the new ones are there, and a late answer does not win', async () => {
  let answer: (rows: ReportDto[]) => void = () => undefined
  const read = vi.fn<(offset: number) => Promise<ReportDto[]>>().mockResolvedValueOnce(page(0, 3))
  const tickets = new TicketPages(read)
  tickets.see(0, 2)
  await settled()
  read.mockImplementationOnce(() => new Promise((done) => (answer = done)))
  tickets.stale()
  tickets.see(0, 2)
  expect(tickets.at(2)?.id).toBe('t2')
  read.mockResolvedValueOnce(page(0, 2, 'new'))
  tickets.stale()
  tickets.see(0, 2)
  await settled()
  answer(page(0, 3, 'late'))
  await settled()
  expect([tickets.at(0)?.id, tickets.at(2)]).toEqual(['new0', undefined])
})

test('a page that could not be read is asked for again', async () => {
  const read = vi.fn<(offset: number) => Promise<ReportDto[]>>().mockRejectedValueOnce(new Error('disk full')).mockResolvedValueOnce(page(0, 1))
  const tickets = new TicketPages(read)
  tickets.see(0, 0)
  await settled()
  expect(tickets.error).toContain('Disk full')
  tickets.see(0, 0)
  await settled()
  expect([tickets.error, tickets.at(0)?.id]).toEqual(['', 't0'])
})
