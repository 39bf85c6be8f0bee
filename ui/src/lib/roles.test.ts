import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { roleCan, roleDoes, roleName, roleOptions, roleToOffer } from '$lib/roles'

const member = (role: string, more: { me?: boolean; devices?: number } = {}) => ({ role, me: false, devices: 1, ...more })

test('every role that Rust knows can be given, in its order, and has words', () => {
  const rust = readFileSync('../src-tauri/crates/api/src/people.rs', 'utf8')
  const words = /ROLES: \[&str; \d+\] = \[([^\]]*)\]/.exec(rust)?.[1] ?? ''
  const known = [...words.matchAll(/"([a-z-]+)"/g)].map((match) => match[1] ?? '')
  expect(known.length).toBeGreaterThan(5)
  expect(roleOptions().map((option) => option.value)).toEqual(known)
  for (const role of known) for (const said of [roleName, roleCan, roleDoes]) expect(said(role), role).toMatch(/\p{L}{3}/u)
})

test('a role of a newer version is said to be one, and no role says nothing', () => {
  expect([roleDoes('newer'), roleDoes('')]).toEqual(['a role from a newer version', ''])
})

test.each([
  ['marketing asks for the lead of support', 'marketing', [member('marketing-lead', { me: true })], 'support-lead'],
  ['support asks for the lead of marketing', 'support', [member('support-lead', { me: true })], 'marketing-lead'],
  ['who leads both asks for the lead of support', 'both', [member('lead', { me: true })], 'support-lead'],
  ['before anybody is known', 'support', [], 'marketing-lead'],
  ['the lead is there', 'marketing', [member('marketing-lead', { me: true }), member('support-lead')], 'support'],
  ['the lead has left', 'marketing', [member('marketing-lead', { me: true }), member('support-lead', { devices: 0 })], 'support-lead'],
])('the first offer: %s', (_, mine, members, role) => {
  expect(roleToOffer(members, mine)).toBe(role)
})
