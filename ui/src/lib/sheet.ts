// Which words of the printed sheet are asked back.

/** Two different places, from 1, in their order; which ones nobody knows before. */
export function twoPlaces(words: number): [number, number] {
  const random = crypto.getRandomValues(new Uint32Array(2))
  const first = (random[0] ?? 0) % words
  const second = (first + 1 + ((random[1] ?? 0) % (words - 1))) % words
  return first < second ? [first + 1, second + 1] : [second + 1, first + 1]
}
