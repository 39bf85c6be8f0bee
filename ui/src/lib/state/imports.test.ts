import { beforeEach, expect, test, vi } from 'vitest'

import type { ImportOptionsDto, ImportPreviewDto } from '$lib/ipc/types'

import { imports } from './imports.svelte'

const desk = vi.hoisted(() => ({ previewImport: vi.fn(), repreviewImport: vi.fn() }))
vi.mock('$lib/ipc/desk', () => desk)

function preview(change: Partial<ImportPreviewDto> = {}): ImportPreviewDto {
  return {
    preset: 'generic',
    account: '',
    kind: 'campaign',
    columns: [{ header: 'Name', field: 'name', sample: 'Spring sale' }],
    rows: 2,
    new: 2,
    changed: 0,
    same: 0,
    skipped: 0,
    complaints: 0,
    kept: 0,
    problems: [],
    missing: [],
    question: null,
    damaged: false,
    first: [],
    ...change,
  }
}

async function take(first: ImportPreviewDto): Promise<void> {
  desk.previewImport.mockResolvedValue(first)
  desk.repreviewImport.mockImplementation(() => Promise.resolve(first))
  const file = { name: 'plan.csv', size: 1, arrayBuffer: () => Promise.resolve(new ArrayBuffer(1)) }
  await imports.take(file as File)
}

const asked = (): ImportOptionsDto => desk.repreviewImport.mock.lastCall?.[0] as ImportOptionsDto

beforeEach(() => desk.repreviewImport.mockReset())

test('a plan without products asks for one, sends it once, and forgets it when a column gives it', async () => {
  await take(preview())
  expect(imports.asksProduct).toBe(true)
  await imports.fillProduct(' Boots ')
  await imports.fillProduct('Boots')
  expect(desk.repreviewImport).toHaveBeenCalledTimes(1)
  expect(asked().fill).toEqual([['product', 'Boots']])
  await imports.dayFirst(true)
  expect(asked().fill).toEqual([['product', 'Boots']])
  await imports.map('Name', 'product')
  expect(asked().fill).toEqual([])
})

test('tickets ask for a product only where they become complaints', async () => {
  const column = (field: string | null): ImportPreviewDto['columns'] => [{ header: 'Topic', field, sample: 'Late' }]
  await take(preview({ kind: 'report', columns: column('title') }))
  expect(imports.asksProduct).toBe(false)
  await take(preview({ kind: 'report', columns: column('complaint') }))
  expect(imports.asksProduct).toBe(true)
  await take(preview({ columns: column('product') }))
  expect(imports.asksProduct).toBe(false)
})

test('a file of which nothing was recognised keeps what was said about it', async () => {
  const unread = preview({ kind: 'report', rows: 0, new: 0, columns: [{ header: 'Spalte A', field: null, sample: '' }] })
  await take(unread)
  expect(imports.asksProduct).toBe(false)
  await imports.setKind('campaign')
  expect(imports.preview?.kind).toBe('campaign')
  await imports.map('Spalte A', 'id')
  expect(imports.preview?.columns[0]?.field).toBe('id')
  await imports.map('Spalte A', '')
  expect(imports.preview?.columns[0]?.field).toBe(null)
})
