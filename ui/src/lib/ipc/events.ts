// What the shell pushes. The page never asks whether something changed.
import { listen } from '@tauri-apps/api/event'

import type { EventDto } from './types'

export function onEvent(hear: (event: EventDto) => void): Promise<() => void> {
  return listen<EventDto>('sidedesk', (event) => hear(event.payload))
}
