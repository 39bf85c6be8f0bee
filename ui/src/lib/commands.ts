// Every action that has a key: name, key, when it applies, what it does. The key sheet and the page read this list.
import { tick } from 'svelte'

import { redo, undo } from '$lib/actions'
import { m } from '$lib/paraglide/messages'
import { desk } from '$lib/state/desk.svelte'
import { screen } from '$lib/state/screen.svelte'

export interface Command {
  id: string
  name: () => string
  /** `mod` is Ctrl, or ⌘ on a Mac; `g b` is G, then B. */
  key: string
  when: () => boolean
  run: () => void
}

const onBoard = (): boolean => desk.phase === 'ready' && screen.dialog === null
const hasUndo = (): boolean => onBoard() && Boolean(desk.board?.undo)
const hasRedo = (): boolean => onBoard() && Boolean(desk.board?.redo)

function go(id: string): void {
  screen.view = 'board'
  void tick().then(() => focusIn(id))
}

/** Focus on the first stop inside a region, or on the region. */
function focusIn(id: string): void {
  const region = document.getElementById(id)
  const stop = region?.querySelector<HTMLElement>('[data-stop][tabindex="0"]') ?? region
  stop?.focus()
}

export const COMMANDS: readonly Command[] = [
  { id: 'new_campaign', name: m.new_campaign, key: 'c', when: onBoard, run: () => screen.card('campaign', null) },
  { id: 'flag_complaint', name: m.flag_complaint, key: 'f', when: onBoard, run: () => screen.card('complaint', null) },
  { id: 'search', name: m.search, key: '/', when: onBoard, run: () => document.getElementById('search')?.focus() },
  { id: 'undo', name: m.undo, key: 'mod+z', when: hasUndo, run: () => void undo() },
  { id: 'redo', name: m.redo, key: 'mod+shift+z', when: hasRedo, run: () => void redo() },
  { id: 'go_board', name: m.go_board, key: 'g b', when: onBoard, run: () => go('lane-marketing') },
  { id: 'go_complaints', name: m.go_complaints, key: 'g k', when: onBoard, run: () => go('lane-support') },
  { id: 'go_clashes', name: m.go_clashes, key: 'g x', when: onBoard, run: () => go('clashes') },
  { id: 'keys', name: m.keys, key: '?', when: onBoard, run: () => (screen.dialog = { name: 'keys' }) },
  { id: 'back', name: m.back, key: 'escape', when: () => true, run: () => void screen.back() },
]
