// The commands of the shell, one function each. Names and shapes: src-tauri/src/commands.
import { call } from './call'
import type {
  AboutKind,
  AgendaDto,
  AnswerDto,
  BoardDto,
  CampaignDto,
  CardKind,
  CardsDto,
  ClashesDto,
  ComplaintDto,
  DecideDto,
  DecisionDto,
  DeletedDto,
  ErasedDto,
  ExportDto,
  FieldInputDto,
  HistoryDto,
  ImportOptionsDto,
  ImportPreviewDto,
  ImportResultDto,
  KeysDto,
  LensDto,
  LooseDto,
  MemberDto,
  NearestDto,
  OpenDto,
  OwnedDto,
  QuickDto,
  RecordRefDto,
  ReportDto,
  SafetyDto,
  SavedDto,
  SearchDto,
  SettingsDto,
  SheetDto,
  SinceListDto,
  SortedDto,
  SuggestedDto,
  StandupDto,
  StatusDto,
  TrendDto,
  UndoneDto,
} from './types'

export const state = (): Promise<OpenDto> => call('state')
export const init = (name: string, me: string, fn: string): Promise<OpenDto> =>
  call('init', { name, me, function: fn })
export const board = (): Promise<BoardDto> => call('board')
export const clashes = (): Promise<ClashesDto> => call('clashes')
export const search = (text: string): Promise<SearchDto> => call('search', { text })
/** The board as somebody plays it for the first time: real complaints, dated from today. One undo takes it back. */
export const fillSample = (): Promise<void> => call('fill_sample')

/** Some cards as they are now. A report stands for its complaint. */
export const cards = (records: RecordRefDto[]): Promise<CardsDto> => call('cards', { records })
/** One card, put away or not, on the board's first page or not. */
export const campaign = (id: string): Promise<CampaignDto> => call('campaign', { id })
export const complaint = (id: string): Promise<ComplaintDto> => call('complaint', { id })
export const trend = (complaint: string): Promise<TrendDto> => call('trend', { complaint })
export const settings = (): Promise<SettingsDto> => call('settings')
export const upgradeRules = (): Promise<boolean> => call('upgrade_rules')
export const setSettings = (kind: CardKind | 'board' | 'member', id: string, seen: number, fields: FieldInputDto[]): Promise<SavedDto> =>
  call('set', { kind, id, seen, fields })

/** One typed line, read while it is typed. Writes nothing. */
/** Which known complaints a text is near. */
export const nearest = (text: string): Promise<NearestDto> => call('nearest', { text })
/** What keeps coming back among the tickets of no complaint. */
export const lens = (asked: boolean): Promise<LensDto> => call('lens', { asked })
/** A group's tickets in tighter parts; one where nothing tells them apart. */
export const splitGroup = (reports: string[]): Promise<SuggestedDto[]> => call('split_group', { reports })
/** It is no group, for everybody on the board. */
export const refuseGroup = (fingerprint: string): Promise<void> => call('refuse_group', { fingerprint })
export const recallGroups = (): Promise<number> => call('recall_groups')
/** One more report of a known complaint. */
export const fileUnder = (complaint: string, text: string): Promise<RecordRefDto> => call('file_under', { complaint, text })
export const quick = (kind: CardKind, line: string): Promise<QuickDto> => call('quick', { kind, line })

/** Tickets of no complaint, of those with these words. */
export const looseReports = (words: string, offset: number): Promise<LooseDto> => call('loose_reports', { words, offset })
/** One complaint of these tickets, in one action. Those that somebody sorted meanwhile stay where they are. */
export const makeComplaint = (reports: string[], fields: FieldInputDto[]): Promise<SortedDto> =>
  call('make_complaint', { reports, fields })
export const addReports = (complaint: string, reports: string[]): Promise<SortedDto> =>
  call('add_reports', { complaint, reports })

/** Proposes, with the own function's signature. Answers with the decision. */
export const decide = (decision: DecideDto): Promise<DecisionDto> => call('decide', { decision })
/** Signs what the other function proposed. */
export const agree = (id: string): Promise<DecisionDto> => call('agree', { id })
/** One's own, unless somebody else has signed it meanwhile. */
export const takeBack = (id: string): Promise<void> => call('take_back', { id })
/** Every decision about one thing, the newest first. */
export const decisions = (kind: AboutKind, id: string): Promise<DecisionDto[]> => call('decisions', { kind, id })

export const agenda = (): Promise<AgendaDto> => call('agenda')
/** What the other function did since then. */
export const since = (sinceMs: number): Promise<SinceListDto> => call('since', { sinceMs })
/** Starts today's standup, or goes on with it. */
export const startStandup = (): Promise<StandupDto> => call('start_standup')
/** Everybody looks at this item now; nothing, when all are through. */
export const moveStandup = (key: string | null): Promise<StandupDto> => call('move_standup', { key })
export const endStandup = (): Promise<StandupDto> => call('end_standup')

/** What this window keeps beside the board: drafts, settings, places. Nobody else sees it. */
export type Kept = 'drafts' | 'settings' | 'places'
export const kept = (name: Kept): Promise<string | null> => call('kept', { name })
export const keep = (name: Kept, text: string): Promise<void> => call('keep', { name, text })
/** Opens an https or mailto address outside. */
export const openLink = (url: string): Promise<void> => call('open_link', { url })

/** Erases fields of a record for good. */
export const erase = (kind: CardKind | 'report', id: string, fields: string[]): Promise<ErasedDto> => call('erase', { kind, id, fields })
/** Writes records into the folder for downloads; answers with the file's whole name. */
export const exportFile = (what: string, format: string, withPersonalData: boolean): Promise<ExportDto> =>
  call('export', { what, format, withPersonalData })

export const add = (kind: CardKind, fields: FieldInputDto[]): Promise<RecordRefDto> => call('add', { kind, fields })
export const set = (kind: CardKind, id: string, seen: number, fields: FieldInputDto[]): Promise<SavedDto> =>
  call('set', { kind, id, seen, fields })
export const remove = (kind: CardKind, id: string): Promise<SavedDto> => call('delete', { kind, id })
export const restore = (kind: CardKind | 'report', id: string): Promise<SavedDto> => call('restore', { kind, id })
/** What was deleted in the last thirty days, the newest first. */
export const deleted = (): Promise<DeletedDto[]> => call('deleted')
/** One complaint is the same as another, and counts there from now on. */
export const mergeComplaint = (duplicate: string, head: string): Promise<SavedDto> => call('merge_complaint', { duplicate, head })
export const partComplaint = (duplicate: string): Promise<SavedDto> => call('part_complaint', { duplicate })
/** What waits for an answer on any card, the oldest first. */
export const proposals = (): Promise<AnswerDto[]> => call('proposals')
/** Takes what was proposed for a card, declines it, or takes back one's own. */
export const answerProposal = (answer: AnswerDto, take: boolean): Promise<void> => call('answer_proposal', { answer, take })
export const reports = (complaint: string, offset: number): Promise<ReportDto[]> =>
  call('reports', { complaint, offset })
export const report = (id: string): Promise<ReportDto> => call('report', { id })
export const history = (kind: CardKind, id: string): Promise<HistoryDto[]> => call('history', { kind, id })
export const undo = (): Promise<UndoneDto> => call('undo')
export const redo = (): Promise<UndoneDto> => call('redo')

/** A file comes in parts, so that none of them is large; what its parts are called comes back. */
export const beginFile = (name: string, len: number): Promise<number> => call('begin_file', { name, len })
export const filePart = (id: number, bytes: Uint8Array): Promise<void> =>
  call('file_part', bytes, { headers: { 'x-file': String(id) } })
/** What an import of the file that came last would do, read so. */
export const previewImport = (options: ImportOptionsDto): Promise<ImportPreviewDto> => call('preview_import', { options })
export const runImport = (options: ImportOptionsDto, acceptDamaged: boolean): Promise<ImportResultDto> =>
  call('run_import', { options, acceptDamaged })
/** Stops what runs; false when the import is saved already. */
export const stopImport = (): Promise<boolean> => call('stop_import')
export const letGoOfFile = (): Promise<void> => call('let_go_of_file')

/** Answers with an invite code, for somebody with this role. */
export const share = (hubAddress: string, role: string): Promise<string> => call('share', { hubAddress, role })
export const invite = (role: string): Promise<string> => call('invite', { role })
/** A code for one more device of whoever asks. */
export const inviteOwn = (): Promise<string> => call('invite_own')
/** The four words that both ends of a call compare. */
export const voiceWords = (code: string): Promise<string[]> => call('voice_words', { code })
export const join = (code: string, me: string, fn: string): Promise<OpenDto> =>
  call('join', { code, me, function: fn })

export const members = (): Promise<MemberDto[]> => call('members')
export const safety = (): Promise<SafetyDto> => call('safety')
/** What somebody would have to hand over. */
export const ownedBy = (member: string): Promise<OwnedDto[]> => call('owned_by', { member })
export const setRole = (member: string, role: string): Promise<void> => call('set_role', { member, role })
/** What they own goes to `heir`: the id of a member, or an owner as a card names one. */
export const removeMember = (member: string, heir: string | null): Promise<void> => call('remove_member', { member, heir })
export const removeDevice = (device: string): Promise<void> => call('remove_device', { device })
/** Fresh words each time it is asked. They hold once two of them were typed back. */
export const recoverySheet = (): Promise<SheetDto> => call('recovery_sheet')
export const confirmSheet = (typed: [place: number, word: string][]): Promise<void> => call('confirm_sheet', { typed })
export const recover = (words: string, boardCode: string, me: string, fn: string): Promise<OpenDto> =>
  call('recover', { words, boardCode, me, function: fn })

export const status = (): Promise<StatusDto> => call('status')
/** Stops the long work that the status shows; the next start goes on with it. */
export const cancelJob = (): Promise<void> => call('cancel_job')

/** Opens a board whose keys could not be had: with this passphrase, or because the keyring is there now. Nothing comes back out. */
export const unlock = (passphrase: string | null): Promise<OpenDto> => call('unlock', { passphrase })
/** A new passphrase for the board that is made or joined next. */
export const choosePassphrase = (passphrase: string): Promise<void> => call('choose_passphrase', { passphrase })
/** Where this device's secret lies. */
export const secretPlace = (): Promise<KeysDto> => call('secret_place')
export const moveSecret = (to: 'keyring' | 'passphrase', passphrase: string | null): Promise<KeysDto> =>
  call('move_secret', { to, passphrase })
