import { beforeEach, expect, test, vi } from 'vitest'

import { COMMANDS, type Command } from '$lib/commands'
import { Keys, pressed, shown, spell } from '$lib/keys'

function command(id: string, key: string, when = true): Command & { run: ReturnType<typeof vi.fn<() => void>> } {
  return { id, name: () => id, key, group: 'window', scope: 'app', when: () => when, run: vi.fn<() => void>() }
}

function press(keys: Keys, key: string, more: KeyboardEventInit = {}, target: Element = document.body): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
  target.addEventListener('keydown', (heard) => keys.press(heard as KeyboardEvent), { once: true })
  target.dispatchEvent(event)
  return event
}

beforeEach(() => {
  document.body.innerHTML = '<input id="typing" />'
})

test.each(['app', 'standup'])('one key has one meaning in the scope %s', (scope) => {
  const commands = COMMANDS.filter((one) => one.scope === scope && one.key !== undefined)
  // A key that decides decides about whatever has the focus: a clash, a ticket of the inbox. All others have one command.
  const meanings = new Set(commands.map((one) => (one.group === 'decide' ? `decide ${one.key}` : one.id)))
  const keys = [...new Set(commands.flatMap((one) => one.key ?? []))]
  expect(meanings.size).toBe(keys.length)
  const firsts = new Set(keys.filter((key) => key.includes(' ')).map((key) => key.split(' ')[0]))
  expect(keys.filter((key) => firsts.has(key))).toEqual([])
})

test('a key runs its command, and only when it applies', () => {
  const [yes, no] = [command('yes', 'c'), command('no', 'f', false)]
  const keys = new Keys([yes, no])
  expect(press(keys, 'c').defaultPrevented).toBe(true)
  expect(press(keys, 'f').defaultPrevented).toBe(false)
  expect([yes.run.mock.calls.length, no.run.mock.calls.length]).toEqual([1, 0])
})

test('G, then B, is one command, and anything between breaks it', () => {
  const [go, b] = [command('go', 'g b'), command('b', 'b')]
  const keys = new Keys([go, b])
  for (const key of ['g', 'b']) press(keys, key)
  for (const key of ['g', 'y', 'b']) press(keys, key)
  expect([go.run.mock.calls.length, b.run.mock.calls.length]).toEqual([1, 1])
})

test('Shift and a letter is a key of its own where it means something, and the letter elsewhere', () => {
  const [s, split, c] = [command('s', 's'), command('split', 'shift+s'), command('c', 'c')]
  const keys = new Keys([s, split, c])
  press(keys, 'S', { shiftKey: true })
  press(keys, 'C', { shiftKey: true })
  expect([s.run.mock.calls.length, split.run.mock.calls.length, c.run.mock.calls.length]).toEqual([0, 1, 1])
  const without = new Keys([split], () => false)
  press(without, 'S', { shiftKey: true })
  expect(split.run).toHaveBeenCalledTimes(1)
})

test('a key that is typed into a field is text', () => {
  const [c, undo] = [command('c', 'c'), command('undo', 'mod+z')]
  const keys = new Keys([c, undo])
  const field = document.querySelector('#typing')
  if (!field) throw new Error('no field')
  press(keys, 'c', {}, field)
  press(keys, 'z', { ctrlKey: true }, field)
  expect([c.run.mock.calls.length, undo.run.mock.calls.length]).toEqual([0, 0])
})

test('keys are spelt once for all keyboards', () => {
  const plain = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false }
  expect(spell({ ...plain, key: 'Z', ctrlKey: true, shiftKey: true })).toBe('mod+shift+z')
  expect(spell({ ...plain, key: 'z', metaKey: true })).toBe('mod+z')
  expect(spell({ ...plain, key: '?', shiftKey: true })).toBe('?')
  expect(spell({ ...plain, key: 'S', shiftKey: true })).toBe('shift+s')
  expect(spell({ ...plain, key: 'S' })).toBe('s')
  expect(spell({ ...plain, key: 'c', altKey: true })).toBe('')
  expect([shown('mod+shift+z'), shown('g b'), shown('escape')]).toEqual([['Ctrl', 'Shift', 'Z'], ['G', 'B'], ['Esc']])
})

test('letters can be switched off; Ctrl, Esc and arrows stay', () => {
  const commands = [command('c', 'c'), command('go', 'g b'), command('undo', 'mod+z'), command('esc', 'escape'), command('down', 'arrowdown')]
  const keys = new Keys(commands, () => false)
  for (const key of ['c', 'g', 'b', 'Escape', 'ArrowDown']) press(keys, key)
  press(keys, 'z', { ctrlKey: true })
  expect(commands.map((one) => one.run.mock.calls.length)).toEqual([0, 0, 1, 1, 1])
})

test('a key is said to a screen reader as it asks for it', () => {
  expect([pressed('mod+shift+z'), pressed('escape'), pressed('g b'), pressed('c')]).toEqual(['Control+Shift+z', 'Escape', undefined, 'c'])
})
