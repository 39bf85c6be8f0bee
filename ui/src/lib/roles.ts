// The roles that somebody can be given, in words, and which one an invite offers first. Who may do what is judged in Rust.
import type { MemberDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'

interface RoleWords {
  /** What it is called. */
  name: () => string
  /** What whoever has it may do, as a sentence. */
  can: () => string
  /** The same after a name. */
  does: () => string
}

const ROLES: Readonly<Record<string, RoleWords>> = {
  'marketing-lead': { name: m.role_marketing_lead, can: m.role_can_marketing_lead, does: m.role_does_marketing_lead },
  'support-lead': { name: m.role_support_lead, can: m.role_can_support_lead, does: m.role_does_support_lead },
  marketing: { name: m.role_marketing, can: m.role_can_marketing, does: m.role_does_marketing },
  support: { name: m.role_support, can: m.role_can_support, does: m.role_does_support },
  partner: { name: m.role_partner, can: m.role_can_partner, does: m.role_does_partner },
  viewer: { name: m.role_viewer, can: m.role_can_viewer, does: m.role_does_viewer },
  lead: { name: m.role_lead, can: m.role_can_lead, does: m.role_does_lead },
}

export const roleName = (role: string): string => ROLES[role]?.name() ?? role
export const roleCan = (role: string): string => ROLES[role]?.can() ?? ''
export const roleDoes = (role: string): string => ROLES[role]?.does() ?? (role === '' ? '' : m.role_does_newer())

export const roleOptions = (): { value: string; label: string }[] => Object.entries(ROLES).map(([value, words]) => ({ value, label: words.name() }))

type Member = Pick<MemberDto, 'role' | 'devices' | 'me'>

/** Whoever is asked first leads the other function; where somebody does already, the next one writes for it. */
export function roleToOffer(members: readonly Member[], mine: string): string {
  const other = mine === 'support' ? 'marketing' : 'support'
  const isLed = members.some((member) => member.devices > 0 && !member.me && member.role === `${other}-lead`)
  return isLed ? other : `${other}-lead`
}

/** As much of a device's id as two people read to each other. */
export const deviceLetters = (id: string): string => id.slice(0, 6).toUpperCase()
