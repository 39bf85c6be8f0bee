// Finding a card or a column among what is drawn, and bringing it into sight.

/** Cards are found by what they say of themselves: ids and keys come from people's data and fit into no selector. */
export function cardIn(root: Element | null | undefined, id: string): HTMLElement | null {
  return [...(root?.querySelectorAll<HTMLElement>('[data-id]') ?? [])].find((card) => card.dataset['id'] === id) ?? null
}

export function columnIn(root: Element | null | undefined, key: string): HTMLElement | null {
  return [...(root?.querySelectorAll<HTMLElement>('[data-column]') ?? [])].find((column) => column.dataset['key'] === key) ?? null
}

/** The width of the fading edge under which columns disappear. */
const FADE = 40

/** Scrolls both lanes sideways, as little as shows the whole column. */
export function showColumn(column: Element | null): void {
  const scroller = column?.closest<HTMLElement>('[data-sideways]')
  if (!column || !scroller) return
  const [box, view] = [column.getBoundingClientRect(), scroller.getBoundingClientRect()]
  if (box.left < view.left + FADE) scroller.scrollLeft -= view.left + FADE - box.left
  else if (box.right > view.right - FADE) scroller.scrollLeft += box.right - view.right + FADE
}
