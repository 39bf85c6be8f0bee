// What is in front: the view, the card's panel beside it, the dialog over it, the open popover.
import type { ErasableKind } from '$lib/fields'
import type { CardKind } from '$lib/ipc/types'

/** The places of the rail, and those that take the whole window or the sheet for a while. */
export type View = 'today' | 'board' | 'complaints' | 'clashes' | 'search' | 'deleted' | 'settings' | 'import' | 'standup'

/** A modal over everything. */
export type Dialog =
  /** The one-line composer. */
  | { name: 'quick'; kind: CardKind }
  /** The whole form of a card that is not there yet. */
  | { name: 'new'; kind: CardKind }
  | { name: 'share' }
  | { name: 'erase'; kind: ErasableKind; id: string }
  | { name: 'export' }
  | { name: 'palette' }
  | { name: 'keys' }

/** A card at the right of the sheet, which stays usable beside it. */
export interface Panel {
  kind: CardKind
  id: string
  /** The drawer with what was changed when is open. */
  history: boolean
}

class Screen {
  view = $state<View>('today')
  panel = $state<Panel | null>(null)
  dialog = $state<Dialog | null>(null)
  syncOpen = $state(false)
  /** The clash that the clashes' page shows. */
  clash = $state<string | null>(null)
  /** What the search page looks for. */
  words = $state('')
  #from: View = 'today'

  go(view: View): void {
    if (view === this.view) return
    if (this.view !== 'import' && this.view !== 'standup') this.#from = this.view
    this.view = view
    this.panel = null
    this.syncOpen = false
  }

  /** Leaves a view that took the sheet for a while. */
  leave(): void {
    this.view = this.#from
  }

  card(kind: CardKind, id: string): void {
    this.panel = { kind, id, history: false }
  }

  toClash(id: string): void {
    this.clash = id
    this.panel = null
    this.dialog = null
    this.go('clashes')
  }

  toToday(): void {
    this.panel = null
    this.dialog = null
    this.go('today')
  }

  /** Opens whatever this names: from search, a notification, the agenda. */
  open(kind: string, id: string): void {
    if (kind === 'clash') this.toClash(id)
    else if (kind === 'campaign' || kind === 'complaint') this.card(kind, id)
    // Whoever is called to a standup begins where everybody does: it may not have started yet.
    else if (kind === 'standup') this.toToday()
  }

  /** Esc: one level back. Says whether there was one. */
  back(): boolean {
    if (this.dialog) this.dialog = null
    else if (this.syncOpen) this.syncOpen = false
    else if (this.panel?.history) this.panel.history = false
    else if (this.panel) this.panel = null
    else if (this.view === 'import' || this.view === 'standup' || this.view === 'settings' || this.view === 'deleted') this.leave()
    else return false
    return true
  }
}

export const screen = new Screen()
