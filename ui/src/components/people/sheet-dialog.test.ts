import { mount, unmount } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { drafts } from '$lib/state/drafts.svelte'
import { announcer } from '$lib/state/toasts.svelte'
import { all, at, click, said, send, settle, type } from '$test/team'

import SheetDialog from './SheetDialog.svelte'

const ipc = vi.hoisted(() => ({ recoverySheet: vi.fn(), confirmSheet: vi.fn(), members: vi.fn(), safety: vi.fn(), keep: vi.fn() }))
vi.mock('$lib/ipc/desk', async (original) => ({ ...(await original<object>()), ...ipc }))

const WORDS = Array.from({ length: 24 }, (_, index) => `word${index + 1}`)
const copied = vi.fn()
const onclose = vi.fn()
let shown: Record<string, unknown>

beforeEach(async () => {
  HTMLDialogElement.prototype.showModal = () => undefined
  HTMLDialogElement.prototype.close = () => undefined
  vi.clearAllMocks()
  vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText: copied } })
  ipc.recoverySheet.mockResolvedValue({ words: WORDS, board_code: 'board-code' })
  ipc.confirmSheet.mockReset().mockResolvedValue(undefined)
  ipc.members.mockResolvedValue([])
  ipc.safety.mockResolvedValue({ shared: true, leads: 1, printed: true })
  shown = mount(SheetDialog, { target: document.body, props: { onclose } })
  await settle()
})
afterEach(async () => {
  await unmount(shown)
  vi.unstubAllGlobals()
})

const places = (): number[] =>
  [...document.querySelectorAll<HTMLElement>('#sheet-form input')].map((field) => Number(field.dataset['testid']?.split('-').at(-1)))

test('the sheet shows every word in its order, the board code, and prints', async () => {
  expect(all('sheet-word').map((word) => word.textContent)).toEqual(WORDS)
  expect(said('sheet-code')).toBe('board-code')
  const print = vi.spyOn(window, 'print').mockImplementation(() => undefined)
  await click('sheet-print')
  expect(print).toHaveBeenCalledOnce()
})

test('two words come back from the paper, which is not on the screen meanwhile; then the sheet holds', async () => {
  await click('sheet-next')
  expect(all('sheet-word')).toEqual([])
  const [first = 0, second = 0] = places()
  expect(second).toBeGreaterThan(first)
  expect(document.activeElement).toBe(at(`sheet-word-${first}`))
  expect(at<HTMLButtonElement>('sheet-confirm').disabled).toBe(true)
  await type(`sheet-word-${first}`, ` ${WORDS[first - 1]} `)
  await type(`sheet-word-${second}`, 'zebra')
  ipc.confirmSheet.mockRejectedValueOnce({ code: 'input_sheet_word', message: '', field: 'words', value: String(second) })
  await send('sheet-form')
  expect(document.querySelector('[role=alert]')?.textContent).toContain(`Word ${second} on the sheet is another one.`)
  expect(at(`sheet-word-${second}`).getAttribute('aria-invalid')).toBe('true')
  await type(`sheet-word-${second}`, WORDS[second - 1] ?? '')
  await send('sheet-form')
  expect(ipc.confirmSheet).toHaveBeenLastCalledWith([
    [first, WORDS[first - 1]],
    [second, WORDS[second - 1]],
  ])
  expect(said('sheet-holds')).toContain('The sheet holds.')
  expect(document.body.textContent).not.toContain(WORDS[first - 1])
})

test('the words stand in no draft, in nothing that is kept, and on no clipboard', async () => {
  await click('sheet-next')
  for (const place of places()) await type(`sheet-word-${place}`, WORDS[place - 1] ?? '')
  await send('sheet-form')
  expect([drafts.keys, ipc.keep.mock.calls, copied.mock.calls]).toEqual([[], [], []])
  expect(announcer.words).not.toMatch(/word\d/)
})

test('the same words are shown again, and what cannot be made says why', async () => {
  await click('sheet-next')
  await click('sheet-again')
  expect([all('sheet-word').length, ipc.recoverySheet.mock.calls.length]).toEqual([24, 1])
  await unmount(shown)
  ipc.recoverySheet.mockRejectedValueOnce({ code: 'not_allowed', message: 'only a lead prints recovery words' })
  shown = mount(SheetDialog, { target: document.body, props: { onclose } })
  await settle()
  expect(said('sheet-error')).toBe('That is not allowed here. Only a lead prints recovery words.')
  expect(at<HTMLButtonElement>('sheet-next').disabled).toBe(true)
})
