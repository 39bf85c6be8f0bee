// An edit of the other function's card is a proposal, and is told as one. Which edits those are is Rust's to know.
import type { CardKind, SavedDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'
import { functionWord } from '$lib/words'

/** The function whose card it is. */
export const ownerOf = (kind: CardKind): string => functionWord(kind === 'campaign' ? 'marketing' : 'support')

/** What an edit came to: `words` where it was written. */
export function told(kind: CardKind, name: string, saved: SavedDto, words: string): string {
  return saved.proposed ? m.proposed_to({ name, function: ownerOf(kind) }) : words
}
