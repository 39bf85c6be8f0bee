// What concerns the window and the whole board: new cards, undo, keys, the way back.
import { redo, undo } from '$lib/actions'
import { m } from '$lib/paraglide/messages'
import { desk } from '$lib/state/desk.svelte'
import { screen } from '$lib/state/screen.svelte'

import type { Command } from './command'
import { hasBoard, isClear } from './when'

const hasUndo = (): boolean => isClear() && Boolean(desk.board?.undo)
const hasRedo = (): boolean => isClear() && Boolean(desk.board?.redo)

export const WINDOW: readonly Command[] = [
  {
    id: 'new_campaign',
    name: m.new_campaign,
    key: 'c',
    group: 'new',
    scope: 'app',
    when: isClear,
    run: () => (screen.dialog = { name: 'quick', kind: 'campaign' }),
  },
  {
    id: 'flag_complaint',
    name: m.flag_complaint,
    key: 'f',
    group: 'new',
    scope: 'app',
    when: isClear,
    run: () => (screen.dialog = { name: 'quick', kind: 'complaint' }),
  },
  { id: 'undo', name: m.undo, key: 'mod+z', group: 'edit', scope: 'app', when: hasUndo, run: () => void undo() },
  { id: 'redo', name: m.redo, key: 'mod+shift+z', group: 'edit', scope: 'app', when: hasRedo, run: () => void redo() },
  {
    id: 'share',
    name: m.share_board,
    group: 'window',
    scope: 'app',
    when: isClear,
    run: () => (screen.dialog = { name: 'share' }),
  },
  {
    id: 'keys',
    name: m.keys,
    key: '?',
    group: 'window',
    scope: 'app',
    when: isClear,
    run: () => (screen.dialog = { name: 'keys' }),
  },
  {
    id: 'back',
    name: m.back,
    key: 'escape',
    group: 'window',
    scope: 'app',
    when: hasBoard,
    run: () => void screen.back(),
    whileTyping: true,
    hidden: true,
  },
]
