// Cards for the tests of the pages.
import type { CampaignDto, ClashDto, ComplaintDto, ScopeDto } from '$lib/ipc/types'

const scope = (product: string[], region: string[] = []): ScopeDto => ({
  product,
  region,
  segment: [],
  channel: [],
  touch_point: [],
})

export function campaign(change: Partial<CampaignDto> = {}): CampaignDto {
  return {
    id: 'c1',
    seen: 4,
    name: 'Free shipping EU',
    state: 'draft',
    start_ms: Date.parse('2026-11-21T14:00:00Z'),
    end_ms: null,
    scope: scope(['Boots'], ['EU']),
    owner: 'Campaign manager',
    audience: null,
    reach: 48_000,
    budget: null,
    text: null,
    url: null,
    labels: [],
    archived: false,
    source: null,
    rivals: [],
    pending: false,
    deleted: false,
    ...change,
  }
}

export function complaint(change: Partial<ComplaintDto> = {}): ComplaintDto {
  return {
    id: 'k1',
    seen: 5,
    title: 'Late parcels North',
    state: 'confirmed',
    severity: 4,
    opened_ms: Date.parse('2026-11-10T08:00:00Z'),
    returned: 0,
    scope: scope(['Boots'], ['EU']),
    owner: null,
    expected: null,
    got: null,
    notes: null,
    reports: 73,
    customers: 31,
    last7: 37,
    usual: 9,
    weeks: [8, 9, 8, 10, 9, 11, 9, 37],
    rivals: [],
    pending: false,
    deleted: false,
    ...change,
  }
}

export function clash(change: Partial<ClashDto> = {}): ClashDto {
  return {
    id: 'x1',
    rule: 'R1',
    campaign: 'c1',
    campaign_name: 'Free shipping EU',
    complaint: 'k1',
    complaint_title: 'Late parcels North',
    score: 78,
    parts: { severity: 3200, volume: 1250, scope: 2000, time: 1392 },
    strength: 'block',
    decide_by: '2026-11-19T14:00:00Z',
    decide_by_ms: Date.parse('2026-11-19T14:00:00Z'),
    evidence: [],
    because: [
      { kind: 'same', dimension: 'product', values: ['Boots'] },
      { kind: 'volume', last7: 37, usual: 9 },
      { kind: 'starts_in', minutes: 3120 },
    ],
    state: 'open',
    waits_for: ['marketing', 'support'],
    decision: null,
    mine: false,
    ...change,
  }
}
