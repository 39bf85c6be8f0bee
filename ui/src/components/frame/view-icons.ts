// One sign per place and per command, wherever it is listed: rail, palette, settings.
import CalendarCheck from '@lucide/svelte/icons/calendar-check'
import FileDown from '@lucide/svelte/icons/file-down'
import Inbox from '@lucide/svelte/icons/inbox'
import Keyboard from '@lucide/svelte/icons/keyboard'
import Redo from '@lucide/svelte/icons/redo-2'
import Search from '@lucide/svelte/icons/search'
import Settings from '@lucide/svelte/icons/settings-2'
import SquareKanban from '@lucide/svelte/icons/square-kanban'
import Trash2 from '@lucide/svelte/icons/trash-2'
import Undo from '@lucide/svelte/icons/undo-2'
import UserPlus from '@lucide/svelte/icons/user-plus'
import type { Component } from 'svelte'

export type Icon = Component<{ size?: number; 'aria-hidden'?: 'true' }>

export const COMMAND_ICONS: Readonly<Record<string, Icon>> = {
  go_today: CalendarCheck,
  go_board: SquareKanban,
  go_complaints: Inbox,
  go_search: Search,
  go_deleted: Trash2,
  go_import: FileDown,
  go_settings: Settings,
  undo: Undo,
  redo: Redo,
  share: UserPlus,
  keys: Keyboard,
}
