// Decisions for tests.
import type { DecisionDto, SignatureDto } from '$lib/ipc/types'

export function signature(change: Partial<SignatureDto> = {}): SignatureDto {
  return { by: change.me ? 'Support lead' : 'Marketing lead', at_ms: Date.parse('2026-11-19T09:18:00Z'), me: false, ...change }
}

export function decision(change: Partial<DecisionDto> = {}): DecisionDto {
  return {
    id: 'd1',
    seen: 9,
    about_kind: 'clash',
    about: 'x1',
    word: 'mitigate',
    text: 'leave the 412 out, banner on the tracking page',
    owner: 'Email marketing',
    due_ms: Date.parse('2026-11-19T13:00:00Z'),
    by: 'Marketing lead',
    function: 'marketing',
    at_ms: Date.parse('2026-11-19T09:18:00Z'),
    score: 78,
    marketing: null,
    support: null,
    signed: false,
    standup: null,
    pending: false,
    ...change,
  }
}
