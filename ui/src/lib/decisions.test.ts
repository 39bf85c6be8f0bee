import { expect, test } from 'vitest'

import { byKey, canAgree, canTakeBack, choices, fieldsOf, functionsOf, keyOf, slots, ways, wordName } from '$lib/decisions'
import { decision, signature } from '$test/decisions'

const states = (of: ReturnType<typeof decision> | null, mine: string): string[] =>
  slots(of, functionsOf(mine)).map((slot) => `${slot.fn} ${slot.state}${slot.mine ? ' mine' : ''}`)

test('nothing proposed: both places are there, one is mine', () => {
  expect(states(null, 'support')).toEqual(['marketing idle', 'support idle mine'])
  expect(canAgree(null, ['support'])).toBe(false)
})

test('the other proposed: it is my turn', () => {
  const theirs = decision({ marketing: signature() })
  expect(states(theirs, 'support')).toEqual(['marketing signed', 'support asked mine'])
  expect([canAgree(theirs, ['support']), canAgree(theirs, ['marketing'])]).toEqual([true, false])
  expect(canTakeBack(theirs)).toBe(false)
})

test('I proposed: it waits for the other, and I can take it back until they sign', () => {
  const mine = decision({ function: 'support', support: signature({ me: true }) })
  expect(states(mine, 'support')).toEqual(['marketing asked', 'support signed mine'])
  expect([canAgree(mine, ['support']), canTakeBack(mine)]).toEqual([false, true])
  const both = { ...mine, marketing: signature(), signed: true }
  expect(states(both, 'support')).toEqual(['marketing signed', 'support signed mine'])
  expect([canAgree(both, ['support']), canTakeBack(both)]).toEqual([false, false])
})

test('somebody of both functions may sign the other half of their own proposal', () => {
  const mine = decision({ marketing: signature({ me: true }) })
  expect(canAgree(mine, functionsOf('both'))).toBe(true)
  expect(functionsOf('board of directors')).toEqual([])
})

test('one signature is enough where only one is needed', () => {
  const handed = decision({ word: 'hand_off', function: 'support', support: signature({ me: true }), signed: true })
  expect(states(handed, 'both')).toEqual(['marketing idle mine', 'support signed mine'])
  expect(canAgree(handed, functionsOf('both'))).toBe(false)
})

test.each(['clash', 'complaint', 'campaign'] as const)('every way to decide about a %s has a key of its own', (kind) => {
  const words = [...choices(kind), ...ways(kind)]
  expect(new Set(words.map(keyOf)).size).toBe(words.length)
  for (const word of words) expect(byKey(keyOf(word).toLowerCase(), kind)).toBe(word)
})

test('a digit that means nothing here does nothing', () => {
  expect(byKey('3', 'complaint')).toBeNull()
  expect(byKey('5', 'complaint')).toBe('drop')
  expect(byKey('5', 'clash')).toBe('not_a_clash')
})

test('what needs somebody and a date asks for both', () => {
  expect(fieldsOf('mitigate')).toEqual(['text', 'owner', 'due'])
  expect(fieldsOf('hand_off')[0]).toBe('owner')
  expect(fieldsOf('defer')[0]).toBe('due')
})

test('a word from a newer version shows as it is', () => {
  expect(wordName('ask_the_board')).toBe('ask the board')
})
