// What a key without a target of its own acts on: the item that has the focus, or the one that a panel shows.
import type { AboutKind } from '$lib/ipc/types'

export interface Current {
  kind: AboutKind | 'report' | 'group'
  id: string
}

class CurrentItem {
  /** Set by lists when the focus moves, and by panels while they are open; the last one set wins. */
  item = $state.raw<Current | null>(null)

  set(kind: Current['kind'], id: string): void {
    if (this.item?.kind !== kind || this.item.id !== id) this.item = { kind, id }
  }

  /** Only whoever set it takes it away. */
  clear(id: string): void {
    if (this.item?.id === id) this.item = null
  }

  is(...kinds: Current['kind'][]): boolean {
    return this.item !== null && kinds.includes(this.item.kind)
  }
}

export const current = new CurrentItem()
