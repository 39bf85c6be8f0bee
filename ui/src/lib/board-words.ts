// What the board calls its columns and groupings.
import { REST, type Group } from '$lib/board-columns'
import type { NotCheckedDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'
import { number } from '$lib/format'
import { stateWord } from '$lib/words'

const GROUP_WORDS: Record<Group, () => string> = {
  function: m.group_function,
  product: m.group_product,
  risk: m.group_risk,
  week: m.group_week,
  owner: m.group_owner,
}
export const groupWord = (group: Group): string => GROUP_WORDS[group]()

const RISK_WORDS: Record<string, () => string> = {
  block: m.risk_block,
  warn: m.risk_warn,
  info: m.strength_info,
  decided: m.risk_decided,
  none: m.risk_none,
  unchecked: m.risk_unchecked,
}
const WEEK_WORDS: Record<string, () => string> = {
  earlier: m.week_earlier,
  this: m.week_this,
  next: m.week_next,
  after: m.week_after,
  later: m.week_later,
  '': m.week_none,
}

/** The head of a column. */
export function columnWord(group: Group, key: string): string {
  if (group === 'function') return stateWord(key)
  if (group === 'risk') return RISK_WORDS[key]?.() ?? key
  if (group === 'week') return WEEK_WORDS[key]?.() ?? key
  if (key === REST) return m.group_rest()
  if (key === '') return group === 'owner' ? m.owner_nobody() : m.no_product()
  return key
}

/** `3 not checked: no product`; where several things are missing, only how many. */
export function uncheckedWords(records: readonly NotCheckedDto[]): string {
  const shown = number(records.length)
  if (records.every((record) => record.reason.endsWith('_without_product'))) return m.unchecked_product({ shown })
  if (records.every((record) => record.reason.endsWith('_without_start'))) return m.unchecked_start({ shown })
  return m.unchecked_n({ shown })
}
