// Which parts of a text were looked for: as the search itself compares, by word beginnings, without case and accents.

export interface Piece {
  text: string
  hit: boolean
}

const WORD = /[\p{L}\p{N}]/u

export function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}

/** `text` in pieces, those that begin a word with one of `words` marked. Joined, the pieces are the text again. */
export function pieces(text: string, words: readonly string[]): Piece[] {
  const folded = words.map(fold).filter((word) => word !== '')
  const letters = [...text]
  const found: Piece[] = []
  const add = (part: string, hit: boolean): void => {
    const last = found.at(-1)
    if (last && last.hit === hit) last.text += part
    else found.push({ text: part, hit })
  }
  let at = 0
  while (at < letters.length) {
    const isStart = at === 0 || !WORD.test(letters[at - 1] ?? '')
    const length = isStart ? Math.max(0, ...folded.map((word) => lengthOf(letters, at, word))) : 0
    add(letters.slice(at, at + Math.max(1, length)).join(''), length > 0)
    at += Math.max(1, length)
  }
  return found
}

/** How many letters of the text from `at` spell `word`; 0 when they do not. */
function lengthOf(letters: readonly string[], at: number, word: string): number {
  let spelt = ''
  for (let end = at; end < letters.length && spelt.length < word.length; end += 1) {
    spelt += fold(letters[end] ?? '')
    if (!word.startsWith(spelt) && !spelt.startsWith(word)) return 0
    if (spelt.length >= word.length) return spelt.startsWith(word) ? end - at + 1 : 0
  }
  return 0
}
