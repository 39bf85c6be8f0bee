// The one registry. Menu, palette, key sheet, key presses and tests read this list.
import { BOARD } from './board'
import { CARD } from './card'
import { CLASH } from './clash'
import { COMPLAINTS } from './complaints'
import type { Command } from './command'
import { GO } from './go'
import { STANDUP } from './standup'
import { WINDOW } from './window'

export type { Command } from './command'

export const COMMANDS: readonly Command[] = [...GO, ...BOARD, ...CARD, ...CLASH, ...COMPLAINTS, ...STANDUP, ...WINDOW]

/** One command by its id, for the button that does the same. */
export function command(id: string): Command {
  const found = COMMANDS.find((one) => one.id === id)
  if (!found) throw new Error(`no command ${id}`)
  return found
}
