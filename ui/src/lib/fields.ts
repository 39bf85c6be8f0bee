// Which fields a card's form shows, in which order, and how each is typed. What may stand in them is judged in Rust.
import type { CampaignDto, CardKind, ComplaintDto } from '$lib/ipc/types'
import { wall } from '$lib/format'

export interface FormField {
  name: string
  type: 'text' | 'area' | 'select'
  /** Words of a select, in board order. */
  words?: readonly string[]
  /** Filled in for a new card. */
  initial?: string
  /** An instant, typed as `2026-11-21 15:00`. */
  instant?: boolean
  /** Comma-separated. */
  list?: boolean
  /** Half a row. */
  half?: boolean
  required?: boolean
  /** Behind "More fields". */
  more?: boolean
}

export const CAMPAIGN_STATES = [
  'idea',
  'draft',
  'ready',
  'teaser',
  'live',
  'throttled',
  'paused',
  'extended',
  'winding_down',
  'ended',
] as const
export const COMPLAINT_STATES = ['new', 'confirmed', 'fixing', 'watching', 'solved'] as const
export const SEVERITIES = ['1', '2', '3', '4', '5'] as const

const list = (name: string, more = false): FormField => ({ name, type: 'text', list: true, half: true, more })
const text = (name: string, more = false): FormField => ({ name, type: 'text', half: true, more })
const area = (name: string): FormField => ({ name, type: 'area', more: true })
const instant = (name: string): FormField => ({ name, type: 'text', instant: true, half: true })

export const FORM: Record<CardKind, readonly FormField[]> = {
  campaign: [
    { name: 'name', type: 'text', required: true },
    instant('start'),
    instant('end'),
    list('product'),
    list('region'),
    { name: 'state', type: 'select', words: CAMPAIGN_STATES, initial: 'idea', half: true },
    text('owner'),
    list('channel'),
    text('reach'),
    { name: 'text', type: 'area' },
    text('audience', true),
    list('segment', true),
    list('touch_point', true),
    text('budget', true),
    list('labels', true),
    text('url', true),
  ],
  complaint: [
    { name: 'title', type: 'text', required: true },
    { name: 'severity', type: 'select', words: SEVERITIES, initial: '3', half: true },
    { name: 'state', type: 'select', words: COMPLAINT_STATES, initial: 'new', half: true },
    list('product'),
    list('region'),
    text('owner'),
    list('channel'),
    { name: 'expected', type: 'area' },
    { name: 'got', type: 'area' },
    list('segment', true),
    list('touch_point', true),
    area('fix'),
    area('answer'),
    area('notes'),
  ],
}

/** Where a file's column may go. */
export const IMPORT_FIELDS: Record<string, readonly string[]> = {
  campaign: [
    'id',
    'name',
    'state',
    'start',
    'end',
    'zone',
    'product',
    'region',
    'segment',
    'channel',
    'touch_point',
    'owner',
    'audience',
    'reach',
    'budget',
    'text',
    'url',
    'labels',
    'archived',
  ],
  report: [
    'id',
    'title',
    'body',
    'created',
    'complaint',
    'product',
    'region',
    'segment',
    'channel',
    'touch_point',
    'customer',
    'tier',
    'category',
    'status',
    'priority',
    'first_reply',
    'solved',
  ],
}

export type ErasableKind = CardKind | 'report'

/** What the window offers to erase: where people's words and names stand. The command line knows more fields. */
export const ERASABLE: Record<ErasableKind, readonly string[]> = {
  campaign: ['name', 'text', 'audience', 'budget', 'owner'],
  complaint: ['title', 'expected', 'got', 'notes', 'fix', 'fixes', 'answer', 'owner'],
  report: ['title', 'body', 'customer', 'id'],
}

export type Card = { kind: 'campaign'; card: CampaignDto } | { kind: 'complaint'; card: ComplaintDto }

/** What a field of a card reads as when it is typed. */
export function typed(of: Card, field: string, zone: string): string {
  const scope: Record<string, string[]> = { ...of.card.scope }
  const values = scope[field]
  if (values) return values.join(', ')
  const plain: Record<string, unknown> =
    of.kind === 'campaign'
      ? { ...of.card, start: instantText(of.card.start_ms, zone), end: instantText(of.card.end_ms, zone) }
      : { ...of.card, opened: instantText(of.card.opened_ms, zone) }
  const value = plain[field]
  if (Array.isArray(value)) return value.join(', ')
  return value === null || value === undefined ? '' : String(value)
}

function instantText(ms: number | null, zone: string): string {
  return ms === null ? '' : wall(ms, zone)
}

/** The name that a card goes by. */
export function nameOf(of: Card): string {
  return of.kind === 'campaign' ? of.card.name : of.card.title
}
