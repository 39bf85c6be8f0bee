// The small menu over a card: its state, its owner, its severity, its dates, its labels. One at a time, from the board and
// from a panel alike.
import type { CardKind } from '$lib/ipc/types'

export type CardMenuOf = 'state' | 'owner' | 'severity' | 'dates' | 'labels' | 'duplicate'

export interface OpenCardMenu {
  of: CardMenuOf
  kind: CardKind
  id: string
  /** What it hangs from; absent, it stands in the middle. */
  anchor: DOMRect | null
  /** Who gets the focus back. */
  opener: HTMLElement | null
}

class CardMenu {
  open = $state.raw<OpenCardMenu | null>(null)

  show(of: CardMenuOf, kind: CardKind, id: string): void {
    const opener = document.activeElement instanceof HTMLElement ? document.activeElement : null
    const anchor = anchorOf(of, id, opener)
    this.open = { of, kind, id, anchor: anchor?.getBoundingClientRect() ?? null, opener }
  }

  close(): void {
    const opener = this.open?.opener
    this.open = null
    if (opener?.isConnected) opener.focus()
  }
}

/** The button that shows this part of the card where there is one, else the card that has the focus. */
function anchorOf(of: CardMenuOf, id: string, focused: HTMLElement | null): Element | null {
  if (focused?.dataset['menu'] === of) return focused
  const panel = document.querySelector(`[data-panel="${CSS.escape(id)}"]`)
  const button = panel?.querySelector(`[data-menu="${of}"]`)
  if (button) return button
  return focused?.closest('[data-id]') ?? document.querySelector(`[data-id="${CSS.escape(id)}"]`)
}

export const cardMenu = new CardMenu()
