// What is in front: the view, the dialog over it, the open popover.
import type { CardKind } from '$lib/ipc/types'

export type Dialog = { name: 'card'; kind: CardKind; id: string | null } | { name: 'share' } | { name: 'keys' }

class Screen {
  view = $state<'board' | 'import'>('board')
  dialog = $state<Dialog | null>(null)
  syncOpen = $state(false)

  card(kind: CardKind, id: string | null): void {
    this.dialog = { name: 'card', kind, id }
  }

  /** Esc: one level back. Says whether there was one. */
  back(): boolean {
    if (this.dialog) this.dialog = null
    else if (this.syncOpen) this.syncOpen = false
    else if (this.view !== 'board') this.view = 'board'
    else return false
    return true
  }
}

export const screen = new Screen()
