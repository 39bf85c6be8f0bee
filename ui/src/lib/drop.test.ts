import { expect, test } from 'vitest'

import { MOST_FILES, refusal, refusalWords, tooMany, type Dropped, type Refusal } from '$lib/drop'

const file = (name: string, size = 100, type = '', isFolder = false): Dropped => ({ name, size, type, isFolder })
const GIGABYTE = 1024 ** 3

test.each<[Refusal | null, Dropped]>([
  [null, file('tickets.csv')],
  [null, file('plan.ICS')],
  [null, file('board.json', 100, 'application/json')],
  [null, file('Makefile')],
  [null, file('export.2026-11-19.tsv', 100 * 1024 * 1024)],
  ['folder', file('exports', 4096, '', true)],
  ['folder', file('exports.csv', 4096, '', true)],
  ['empty', file('tickets.csv', 0)],
  ['too_large', file('tickets.csv', 100 * 1024 * 1024 + 1)],
  ['too_large', file('sparse.csv', 2 * GIGABYTE)],
  ['picture', file('photo.JPG')],
  ['picture', file('screenshot', 10, 'image/png')],
  ['pdf', file('report.pdf', 0)],
  [null, file('tickets.zip', 100, 'application/zip')],
  ['too_large', file('tickets.zip', 2 * GIGABYTE)],
  ['archive', file('tickets', 100, 'application/zip')],
  ['archive', file('tickets.csv.gz')],
  ['program', file('setup.exe')],
  [null, file('tickets.xlsx', 100, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')],
  ['sheet', file('tickets.ods')],
])('%s: %j', (expected, dropped) => {
  expect(refusal(dropped)).toBe(expected)
})

test('each refusal says what to do instead', () => {
  const all: Refusal[] = ['several', 'folder', 'empty', 'too_large', 'picture', 'pdf', 'archive', 'program', 'sheet']
  const words = all.map(refusalWords)
  expect(new Set(words).size).toBe(all.length)
  for (const sentence of words) expect(sentence).toMatch(/\.$/)
})

test('a few files come one after the other, a heap of them is refused', () => {
  const heap = (count: number): Dropped[] => Array.from({ length: count }, () => file('a.csv'))
  expect(tooMany(heap(MOST_FILES))).toBeNull()
  expect(tooMany(heap(MOST_FILES + 1))).toBe('several')
})
