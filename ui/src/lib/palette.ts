// What the palette lists: what was found, what can be done with the selected card, what can be made, where one can go.
import type { Command } from '$lib/commands'
import { fold } from '$lib/marks'

/** Groups of the registry under one heading each, in the order they are listed. */
export const LISTED = [
  { name: 'item', groups: ['item', 'decide'] },
  { name: 'new', groups: ['new'] },
  { name: 'go', groups: ['go'] },
  { name: 'more', groups: ['edit', 'window', 'standup'] },
] as const

export type ListedGroup = (typeof LISTED)[number]['name']

/** Commands that apply now and have every typed word in their name; those that begin with what was typed come first. */
export function listed(commands: readonly Command[], group: ListedGroup, text: string): Command[] {
  const groups: readonly string[] = LISTED.find((one) => one.name === group)?.groups ?? []
  const words = fold(text).split(/\s+/).filter(Boolean)
  const matching = commands
    .filter((command) => groups.includes(command.group) && !command.hidden)
    .map((command) => ({ command, rank: rank(fold(command.name()), words) }))
    .filter(({ rank }) => rank > 0)
  return matching.toSorted((a, b) => b.rank - a.rank).map(({ command }) => command)
}

/** 3: it begins with it; 2: its words begin with them; 1: they are somewhere in it; 0: they are not. */
function rank(name: string, words: readonly string[]): number {
  if (words.length === 0) return 1
  if (!words.every((word) => name.includes(word))) return 0
  if (name.startsWith(words.join(' '))) return 3
  const starts = name.split(/[^\p{L}\p{N}]+/u)
  return words.every((word) => starts.some((start) => start.startsWith(word))) ? 2 : 1
}
