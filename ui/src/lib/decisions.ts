// What a decision is called, what it asks for, and how its two signatures stand. What is allowed is judged in Rust.
import type { AboutKind, DecisionDto, SignatureDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'

export type Word = 'move' | 'change' | 'mitigate' | 'accept' | 'not_a_clash' | 'decide' | 'hand_off' | 'defer' | 'drop'
export type Fn = 'marketing' | 'support'

const CLASH: readonly Word[] = ['move', 'change', 'mitigate', 'accept', 'not_a_clash']
/** A digit means the same place on every screen: what ends a matter is the fifth. */
const KEYS: Record<Word, string> = {
  move: '1',
  change: '2',
  mitigate: '3',
  accept: '4',
  not_a_clash: '5',
  decide: '1',
  drop: '5',
  hand_off: 'h',
  defer: 'z',
}

/** The decisions proper, in the order of their digits. */
export const choices = (kind: AboutKind): readonly Word[] => (kind === 'clash' ? CLASH : ['decide'])
/** What may be done with any item instead of deciding it. */
export const ways = (kind: AboutKind): readonly Word[] => (kind === 'clash' ? ['hand_off', 'defer'] : ['hand_off', 'defer', 'drop'])
export const keyOf = (word: Word): string => KEYS[word].toUpperCase()

/** The word that a key stands for, for something of this kind. */
export function byKey(key: string, kind: AboutKind): Word | null {
  return [...choices(kind), ...ways(kind)].find((word) => KEYS[word] === key) ?? null
}

const NAMES: Record<Word, () => string> = {
  move: m.decide_move,
  change: m.decide_change,
  mitigate: m.decide_mitigate,
  accept: m.decide_accept,
  not_a_clash: m.decide_not_a_clash,
  decide: m.decide_text,
  hand_off: m.decide_hand_off,
  defer: m.decide_defer,
  drop: m.decide_drop,
}
const HINTS: Record<Word, () => string> = {
  move: m.decide_move_hint,
  change: m.decide_change_hint,
  mitigate: m.decide_mitigate_hint,
  accept: m.decide_accept_hint,
  not_a_clash: m.decide_not_a_clash_hint,
  decide: m.decide_text_hint,
  hand_off: m.decide_hand_off_hint,
  defer: m.decide_defer_hint,
  drop: m.decide_drop_hint,
}
const ASKS: Record<Word, () => string> = {
  move: m.ask_move,
  change: m.ask_change,
  mitigate: m.ask_mitigate,
  accept: m.ask_reason,
  not_a_clash: m.ask_reason,
  decide: m.ask_decide,
  hand_off: m.ask_hand_off,
  defer: m.ask_why,
  drop: m.ask_why,
}

const isWord = (word: string): word is Word => word in NAMES
/** A word of a newer version shows as it is. */
export const wordName = (word: string): string => (isWord(word) ? NAMES[word]() : word.replaceAll('_', ' '))
export const wordHint = (word: Word): string => HINTS[word]()
/** What the text field of the composer asks for. */
export const textLabel = (word: Word): string => ASKS[word]()

/** Fields of the composer, in their order. */
export type DecisionField = 'text' | 'owner' | 'due'
const FIELDS: Record<Word, readonly DecisionField[]> = {
  move: ['text'],
  change: ['text'],
  mitigate: ['text', 'owner', 'due'],
  accept: ['text'],
  not_a_clash: ['text'],
  decide: ['text', 'owner', 'due'],
  hand_off: ['owner', 'text', 'due'],
  defer: ['due', 'text'],
  drop: ['text'],
}
export const fieldsOf = (word: Word): readonly DecisionField[] => FIELDS[word]

/** The functions that this person signs for. */
export function functionsOf(member: string): Fn[] {
  if (member === 'both') return ['marketing', 'support']
  return member === 'marketing' || member === 'support' ? [member] : []
}

export interface Slot {
  fn: Fn
  /** `asked`: it waits for a signature; `idle`: nothing is proposed yet. */
  state: 'signed' | 'asked' | 'idle'
  /** It is this person's to sign. */
  mine: boolean
  signature: SignatureDto | null
}

/** Both places for a signature, Marketing's first. */
export function slots(decision: DecisionDto | null, mine: Fn[]): [Slot, Slot] {
  const slot = (fn: Fn): Slot => {
    const signature = decision?.[fn] ?? null
    const state = signature ? 'signed' : decision && !decision.signed ? 'asked' : 'idle'
    return { fn, state, mine: signature ? signature.me : mine.includes(fn), signature }
  }
  return [slot('marketing'), slot('support')]
}

/** Whether this person's signature is what the proposal waits for. */
export function canAgree(decision: DecisionDto | null, mine: Fn[]): boolean {
  return decision !== null && slots(decision, mine).some((slot) => slot.state === 'asked' && slot.mine)
}

/** One's own, and nobody else has signed it. */
export function canTakeBack(decision: DecisionDto | null): boolean {
  if (!decision) return false
  const signed = [decision.marketing, decision.support].filter((signature) => signature !== null)
  return signed.length > 0 && signed.every((signature) => signature.me)
}
