import { beforeEach, expect, test, vi } from 'vitest'

import type { ImportOptionsDto, ImportPreviewDto } from '$lib/ipc/types'

import { imports } from './imports.svelte'

const desk = vi.hoisted(() => ({
  beginFile: vi.fn(() => Promise.resolve(7)),
  filePart: vi.fn<(id: number, bytes: Uint8Array) => Promise<void>>(() => Promise.resolve()),
  letGoOfFile: vi.fn(() => Promise.resolve()),
  previewImport: vi.fn(),
  runImport: vi.fn(),
  stopImport: vi.fn(),
}))
vi.mock('$lib/ipc/desk', () => desk)

function preview(change: Partial<ImportPreviewDto> = {}): ImportPreviewDto {
  return {
    preset: 'generic',
    account: '',
    kind: 'campaign',
    columns: [{ header: 'Name', field: 'name', sample: 'Spring sale', choices: [], values: [] }],
    rows: 2,
    new: 2,
    changed: 0,
    same: 0,
    skipped: 0,
    complaints: 0,
    kept: 0,
    taken: 0,
    conflicts: [],
    recalled: false,
    problems: [],
    missing: [],
    question: null,
    damaged: false,
    first: [],
    ...change,
  }
}

async function take(first: ImportPreviewDto): Promise<void> {
  desk.previewImport.mockImplementation(() => Promise.resolve(first))
  await imports.take(file(1))
  desk.previewImport.mockClear()
}

/** Of so many bytes; their contents do not matter. */
function file(size: number): File {
  const slice = (from: number, to: number): unknown => {
    const len = Math.min(to, size) - from
    return { arrayBuffer: () => Promise.resolve(new ArrayBuffer(len)) }
  }
  return { name: 'plan.csv', size, slice } as unknown as File
}

const asked = (): ImportOptionsDto => desk.previewImport.mock.lastCall?.[0] as ImportOptionsDto

beforeEach(() => {
  imports.forget()
  vi.clearAllMocks()
})

test('a plan without products asks for one, sends it once, and forgets it when a column gives it', async () => {
  await take(preview())
  expect(imports.asksProduct).toBe(true)
  await imports.fillProduct(' Boots ')
  await imports.fillProduct('Boots')
  expect(desk.previewImport).toHaveBeenCalledTimes(1)
  expect(asked().fill).toEqual([['product', 'Boots']])
  await imports.dayFirst(true)
  expect(asked().fill).toEqual([['product', 'Boots']])
  await imports.map('Name', 'product')
  expect(asked().fill).toEqual([])
})

test('tickets ask for a product only where they become complaints', async () => {
  const column = (field: string | null): ImportPreviewDto['columns'] => [{ header: 'Topic', field, sample: 'Late', choices: [], values: [] }]
  await take(preview({ kind: 'report', columns: column('title') }))
  expect(imports.asksProduct).toBe(false)
  await take(preview({ kind: 'report', columns: column('complaint') }))
  expect(imports.asksProduct).toBe(true)
  await take(preview({ columns: column('product') }))
  expect(imports.asksProduct).toBe(false)
})

test('a file of which nothing was recognised keeps what was said about it', async () => {
  const unread = preview({ kind: 'report', rows: 0, new: 0, columns: [{ header: 'Spalte A', field: null, sample: '', choices: [], values: [] }] })
  await take(unread)
  expect(imports.asksProduct).toBe(false)
  await imports.setKind('campaign')
  expect(imports.preview?.kind).toBe('campaign')
  await imports.map('Spalte A', 'id')
  expect(imports.preview?.columns[0]?.field).toBe('id')
  await imports.map('Spalte A', '')
  expect(imports.preview?.columns[0]?.field).toBe(null)
})

test('a large file is handed over in parts, and no further once nobody waits for it', async () => {
  const part = 1024 * 1024
  desk.previewImport.mockResolvedValue(preview())
  await imports.take(file(2 * part + 5))
  expect(desk.filePart.mock.calls.map(([id, bytes]) => [id, bytes.length])).toEqual([[7, part], [7, part], [7, 5]])
  expect(imports.phase).toBe('preview')

  vi.clearAllMocks()
  desk.filePart.mockImplementationOnce(() => imports.stop())
  await imports.take(file(3 * part))
  expect(desk.filePart).toHaveBeenCalledTimes(1)
  expect([imports.phase, imports.wasStopped]).toEqual(['choose', true])
})

test('an import that was stopped goes back to the preview, one that was too late says so', async () => {
  await take(preview())
  desk.stopImport.mockResolvedValue(true)
  desk.runImport.mockImplementation(async () => {
    imports.hear({ stage: 'importing', done: 1, total: 2 })
    expect(imports.progress?.done).toBe(1)
    await imports.stop()
    throw { code: 'import_stopped', message: 'stopped' }
  })
  await imports.run()
  expect([imports.phase, imports.wasStopped, imports.error, imports.progress]).toEqual(['preview', true, null, null])

  desk.stopImport.mockResolvedValue(false)
  desk.runImport.mockImplementation(async () => {
    await imports.stop()
    return { new: 2 }
  })
  await imports.run()
  expect([imports.phase, imports.wasStopped, imports.wasTooLate]).toEqual(['done', false, true])
})

test('columns as last time are forgotten with everything that was said since', async () => {
  await take(preview({ recalled: true }))
  await imports.map('Name', 'text')
  await imports.account('uk')
  await imports.forgetColumns()
  expect(asked()).toMatchObject({ forget_columns: true, map: [], account: 'uk' })
})

test('what a value means is said once, and goes when its column becomes something else', async () => {
  await take(preview())
  await imports.mean('Stage', '4', 'live')
  await imports.mean('Stage', '4', 'ready')
  await imports.mean('Stage', '5', 'live')
  expect(asked().values).toEqual([['Stage', '4', 'ready'], ['Stage', '5', 'live']])
  await imports.map('Name', 'text')
  expect(asked().values).toHaveLength(2)
  await imports.map('Stage', 'labels')
  expect(asked().values).toEqual([])
})
