// Whom a card can be given to: the team, whoever owns something already, nobody, or the name that is typed.
import type { BoardDto, MemberDto } from '$lib/ipc/types'

/** A menu shows no more; typing finds the others. */
const SHOWN = 12

export interface Person {
  kind: 'me' | 'person' | 'nobody' | 'typed'
  name: string
  function: string
}

interface Asked {
  members: readonly Pick<MemberDto, 'name' | 'function'>[]
  board: Pick<BoardDto, 'campaigns' | 'complaints'> | null
  me: string
  typed: string
  /** Who has it now. */
  owner: string | null
}

export function people({ members, board, me, typed, owner }: Asked): Person[] {
  const known = new Map<string, string>()
  for (const member of members) known.set(member.name, member.function)
  const owners = (cards: { owner: string | null }[], fn: string): void => {
    for (const card of cards) if (card.owner && !known.has(card.owner)) known.set(card.owner, fn)
  }
  owners(board?.campaigns ?? [], 'marketing')
  owners(board?.complaints ?? [], 'support')
  const wanted = typed.trim().toLocaleLowerCase()
  const fits = (name: string): boolean => name.toLocaleLowerCase().includes(wanted)
  const mine: Person[] = me !== '' && fits(me) ? [{ kind: 'me', name: me, function: known.get(me) ?? '' }] : []
  const others = [...known]
    .filter(([name]) => name !== me && fits(name))
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, fn]): Person => ({ kind: 'person', name, function: fn }))
  const found = [...mine, ...others].slice(0, SHOWN)
  if (wanted === '') return owner ? [...found, { kind: 'nobody', name: '', function: '' }] : found
  const isKnown = found.some((person) => person.name.toLocaleLowerCase() === wanted)
  return isKnown ? found : [...found, { kind: 'typed', name: typed.trim(), function: '' }]
}
