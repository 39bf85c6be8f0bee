// The one registry. Menu, palette, key sheet, key presses and tests read this list.
import type { Command } from './command'
import { GO } from './go'
import { WINDOW } from './window'

export type { Command } from './command'

export const COMMANDS: readonly Command[] = [...GO, ...WINDOW]
