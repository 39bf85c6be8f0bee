// The commands of the shell, one function each. Names and shapes: src-tauri/src/commands.
import { call } from './call'
import type {
  BoardDto,
  CardKind,
  ClashesDto,
  FieldInputDto,
  FoundDto,
  HistoryDto,
  ImportOptionsDto,
  ImportPreviewDto,
  ImportResultDto,
  MemberDto,
  OpenDto,
  RecordRefDto,
  ReportDto,
  StatusDto,
  UndoneDto,
} from './types'

export const state = (): Promise<OpenDto> => call('state')
export const init = (name: string, me: string, fn: string): Promise<OpenDto> =>
  call('init', { name, me, function: fn })
export const board = (): Promise<BoardDto> => call('board')
export const clashes = (): Promise<ClashesDto> => call('clashes')
export const search = (text: string): Promise<FoundDto[]> => call('search', { text })

export const add = (kind: CardKind, fields: FieldInputDto[]): Promise<RecordRefDto> => call('add', { kind, fields })
export const set = (kind: CardKind, id: string, seen: number, fields: FieldInputDto[]): Promise<void> =>
  call('set', { kind, id, seen, fields })
export const remove = (kind: CardKind, id: string): Promise<void> => call('delete', { kind, id })
export const restore = (kind: CardKind, id: string): Promise<void> => call('restore', { kind, id })
export const reports = (complaint: string, offset: number): Promise<ReportDto[]> =>
  call('reports', { complaint, offset })
export const report = (id: string): Promise<ReportDto> => call('report', { id })
export const history = (kind: CardKind, id: string): Promise<HistoryDto[]> => call('history', { kind, id })
export const undo = (): Promise<UndoneDto> => call('undo')
export const redo = (): Promise<UndoneDto> => call('redo')

/** The bytes cross once, as the raw body; later previews and the import itself use the copy that the shell keeps. */
export function previewImport(name: string, bytes: Uint8Array, options: ImportOptionsDto): Promise<ImportPreviewDto> {
  const headers = {
    'x-file-name': encodeURIComponent(name),
    'x-options': encodeURIComponent(JSON.stringify(options)),
  }
  return call('preview_import', bytes, { headers })
}
export const repreviewImport = (options: ImportOptionsDto): Promise<ImportPreviewDto> =>
  call('repreview_import', { options })
export const runImport = (options: ImportOptionsDto, acceptDamaged: boolean): Promise<ImportResultDto> =>
  call('run_import', { options, acceptDamaged })

export const share = (hubAddress: string): Promise<string> => call('share', { hubAddress })
export const invite = (): Promise<string> => call('invite')
export const join = (code: string, me: string, fn: string): Promise<OpenDto> =>
  call('join', { code, me, function: fn })
export const members = (): Promise<MemberDto[]> => call('members')
export const status = (): Promise<StatusDto> => call('status')
