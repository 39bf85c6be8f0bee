// Where an arrow leads in a list of one stop.
const PAGE = 10

const STEPS: Record<string, (at: number, last: number) => number> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  PageDown: (at, last) => Math.min(at + PAGE, last),
  PageUp: (at) => Math.max(at - PAGE, 0),
  Home: () => 0,
  End: (_, last) => last,
}

/** The place that a key leads to from `at` in a list that ends at `last`; nothing for a key that leads nowhere. */
export function stepped(key: string, at: number, last: number): number | null {
  return STEPS[key]?.(at, Math.max(0, last)) ?? null
}
