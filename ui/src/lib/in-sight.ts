// Where a list stands in what scrolls around it, so that only the rows in sight need to be in the page.

/** The nearest part of the page around it that scrolls, or the page. */
export function scrollerOf(element: HTMLElement): HTMLElement {
  for (let at = element.parentElement; at !== null; at = at.parentElement) {
    if (['auto', 'scroll'].includes(getComputedStyle(at).overflowY)) return at
  }
  return document.documentElement
}

/** Tells how far down `inner` stands in `outer`, now and whenever something above it came, went or changed its height. */
export function watchOffset(inner: HTMLElement, outer: HTMLElement, tell: (offset: number) => void): () => void {
  const measure = (): void => tell(Math.round(inner.getBoundingClientRect().top - outer.getBoundingClientRect().top + outer.scrollTop))
  const sizes = new ResizeObserver(measure)
  const above: HTMLElement[] = []
  for (let at: HTMLElement | null = inner.parentElement; at !== null; at = at === outer ? null : at.parentElement) above.push(at)
  const follow = (): void => {
    for (const one of [outer, ...above.flatMap((parent) => [...parent.children])]) sizes.observe(one)
    measure()
  }
  const parts = new MutationObserver(follow)
  for (const parent of above) parts.observe(parent, { childList: true })
  follow()
  return () => {
    sizes.disconnect()
    parts.disconnect()
  }
}
