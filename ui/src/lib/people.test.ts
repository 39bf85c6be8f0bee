import { expect, test } from 'vitest'

import { people, type Person } from '$lib/people'

import { campaign, complaint } from '$test/samples'

const board = {
  campaigns: [campaign({ owner: 'Email marketing' }), campaign({ owner: 'Support lead' })],
  complaints: [complaint({ owner: 'Shift lead' }), complaint({ owner: null })],
}
const members = [
  { name: 'Support lead', function: 'support' },
  { name: 'Marketing lead', function: 'marketing' },
]
const names = (typed: string, owner: string | null = null): string[] =>
  people({ members, board, me: 'Support lead', typed, owner }).map((person: Person) => `${person.kind}:${person.name}`)

test('oneself first, then the team and whoever owns something, each once', () => {
  expect(names('')).toEqual(['me:Support lead', 'person:Email marketing', 'person:Marketing lead', 'person:Shift lead'])
})

test('what somebody owns can be given to nobody', () => {
  expect(names('', 'Shift lead').at(-1)).toBe('nobody:')
})

test('typing narrows, and a new name is an answer too', () => {
  expect(names('LEAD')).toEqual(['me:Support lead', 'person:Marketing lead', 'person:Shift lead', 'typed:LEAD'])
  expect(names('shift lead')).toEqual(['person:Shift lead'])
  expect(names(' Logistics ')).toEqual(['typed:Logistics'])
})
