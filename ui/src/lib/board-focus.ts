// Where the focus stands in a lane and where a key takes it. A lane is one tab stop; arrows move between its columns and
// rows. Cards come and go under the focus, so a place is remembered by card first, then by column and row.
import type { Column } from '$lib/board-columns'

export interface Place {
  /** Index of the column. */
  column: number
  row: number
}

/** What the lane remembers of its stop. */
export interface Stop extends Place {
  id: string
}

/** The stop among the columns as they are now: the same card wherever it went, else its neighbour, else the first card. */
export function standing(columns: readonly Column[], stop: Stop | null): Stop | null {
  if (stop) {
    const here = rowOf(columns[stop.column], stop.id)
    if (here >= 0) return { ...stop, row: here }
    for (const [column, { cards }] of columns.entries()) {
      const row = cards.findIndex((of) => of.card.id === stop.id)
      if (row >= 0) return { column, row, id: stop.id }
    }
    const beside = at(columns, { column: stop.column, row: stop.row })
    if (beside) return beside
  }
  const first = columns.findIndex((column) => column.cards.length > 0)
  return at(columns, { column: first, row: 0 })
}

function rowOf(column: Column | undefined, id: string): number {
  return column ? column.cards.findIndex((of) => of.card.id === id) : -1
}

/** The card nearest to a place in its column. */
export function at(columns: readonly Column[], place: Place): Stop | null {
  const cards = columns[place.column]?.cards ?? []
  const row = Math.min(Math.max(0, place.row), cards.length - 1)
  const of = cards[row]
  return of ? { column: place.column, row, id: of.card.id } : null
}

/** How many rows a page is, and which row of another column stands beside a row of this one, both as they are scrolled. */
export interface Sight {
  page: number
  beside: (from: Place, column: number) => number
}

/** Where `key` leads; null for a key that is not about moving. */
export function step(columns: readonly Column[], from: Stop, key: string, sight: Sight): Stop | null {
  const last = (columns[from.column]?.cards.length ?? 0) - 1
  const rows: Record<string, number> = {
    ArrowDown: from.row + 1,
    ArrowUp: from.row - 1,
    PageDown: from.row + sight.page,
    PageUp: from.row - sight.page,
    Home: 0,
    End: last,
  }
  const row = rows[key]
  if (row !== undefined) return at(columns, { column: from.column, row })
  const by = { ArrowRight: 1, ArrowLeft: -1 }[key]
  if (by === undefined) return null
  for (let column = from.column + by; column >= 0 && column < columns.length; column += by) {
    if ((columns[column]?.cards.length ?? 0) > 0) return at(columns, { column, row: sight.beside(from, column) })
  }
  return from
}
