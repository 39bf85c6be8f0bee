import { expect, test } from 'vitest'

import { COMMANDS, type Command } from '$lib/commands'
import { LISTED, listed } from '$lib/palette'

const one = (id: string, group: Command['group'], name: string, more: Partial<Command> = {}): Command => ({
  id,
  name: () => name,
  group,
  scope: 'app',
  when: () => true,
  run: () => undefined,
  ...more,
})
const ids = (commands: Command[]): string[] => commands.map((command) => command.id)

const SOME = [
  one('decide', 'decide', 'Move the campaign'),
  one('owner', 'item', 'Owner'),
  one('campaign', 'new', 'New campaign'),
  one('move', 'item', 'Move without the mouse'),
  one('hidden', 'item', 'Move silently', { hidden: true }),
  one('later', 'item', 'Späte Lösung'),
]

test('nothing typed lists everything of the group in the order of the registry', () => {
  expect(ids(listed(SOME, 'item', ''))).toEqual(['decide', 'owner', 'move', 'later'])
  expect(ids(listed(SOME, 'new', ' '))).toEqual(['campaign'])
})

test('names that begin with it come before those that have it somewhere', () => {
  expect(ids(listed(SOME, 'item', 'move'))).toEqual(['decide', 'move'])
  expect(ids(listed(SOME, 'item', 'mouse mov'))).toEqual(['move'])
  expect(ids(listed(SOME, 'item', 'wn'))).toEqual(['owner'])
  expect(ids(listed(SOME, 'item', 'SPATE lo'))).toEqual(['later'])
  expect(ids(listed(SOME, 'item', 'pay'))).toEqual([])
})

test('every command that is not hidden is in exactly one group of the palette', () => {
  for (const command of COMMANDS) {
    const groups = LISTED.filter(({ name }) => listed(COMMANDS, name, '').includes(command))
    expect(groups.length, command.id).toBe(command.hidden ? 0 : 1)
  }
})
