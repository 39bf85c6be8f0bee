// One file on its way in: read, previewed as often as the mapping changes, imported, reported.
import * as ipc from '$lib/ipc/desk'
import { deskError } from '$lib/ipc/call'
import { refusal, refusalWords, tooMany, type Dropped } from '$lib/drop'
import type { ErrorDto, ImportOptionsDto, ImportPreviewDto, ImportResultDto } from '$lib/ipc/types'

/** How the importer spells "nowhere". */
const LEAVE_OUT = '-'
const PRODUCT = 'product'
const COMPLAINT = 'complaint'
const NO_OPTIONS: ImportOptionsDto = { preset: null, map: [], kind: null, account: null, fill: [], day_first: null }

export interface DroppedFile {
  file: File
  dropped: Dropped
}

class ImportState {
  phase = $state<'choose' | 'reading' | 'preview' | 'running' | 'done'>('choose')
  name = $state('')
  preview = $state.raw<ImportPreviewDto | null>(null)
  result = $state.raw<ImportResultDto | null>(null)
  error = $state.raw<Pick<ErrorDto, 'code' | 'message'> | null>(null)
  /** Dropped together with this one; each is looked at by itself. */
  waiting = $state.raw<readonly DroppedFile[]>([])
  /** The person has said that a damaged file may come in as far as it is sound. */
  acceptsDamage = $state(false)
  #options = $state.raw(NO_OPTIONS)
  /** Only the answer to the last question counts. */
  #asked = 0

  /** What rows get in which the file leaves the product empty. */
  get product(): string {
    return this.#options.fill.find(([field]) => field === PRODUCT)?.[1] ?? ''
  }

  /**
   * Whether a product for all rows would be of use: no column gives one, and the rows are campaigns or become complaints.
   * Tickets without a complaint are never compared.
   */
  get asksProduct(): boolean {
    const fields = this.preview?.columns.map((column) => column.field) ?? []
    const isCompared = this.preview?.kind === 'campaign' || fields.includes(COMPLAINT)
    return this.preview !== null && this.preview.rows > 0 && isCompared && !fields.includes(PRODUCT)
  }

  /** Ready for another file. */
  clear(): void {
    this.#asked += 1
    this.phase = 'choose'
    this.name = ''
    this.preview = null
    this.result = null
    this.error = null
    this.waiting = []
    this.acceptsDamage = false
    this.#options = NO_OPTIONS
  }

  /** A file is read, or an import runs: another one waits. */
  get isBusy(): boolean {
    return this.phase === 'reading' || this.phase === 'running'
  }

  take(...files: readonly File[]): Promise<void> {
    return this.drop(files.map((file) => ({ file, dropped: { name: file.name, size: file.size, type: file.type, isFolder: false } })))
  }

  /** What was dropped, judged before a byte of it is read. Several come one after the other. */
  async drop(files: readonly DroppedFile[]): Promise<void> {
    const [one, ...others] = files
    if (!one) return
    const { file } = one
    this.clear()
    const many = tooMany(files)
    this.name = many ? '' : file.name
    const why = many ?? refusal(one.dropped)
    if (!many) this.waiting = others
    if (why) {
      this.error = { code: `drop_${why}`, message: refusalWords(why) }
      return
    }
    this.phase = 'reading'
    await this.#ask(async () => ipc.previewImport(file.name, new Uint8Array(await file.arrayBuffer()), this.#options))
  }

  /** The next of several. */
  next(): Promise<void> {
    return this.drop(this.waiting)
  }

  /** A column goes somewhere else, or nowhere. */
  map(column: string, field: string): Promise<void> {
    const others = this.#options.map.filter(([name]) => name !== column)
    const before = this.preview?.columns.find((one) => one.header === column)?.field
    // A value whose question is no longer asked does not stay behind unseen.
    const fill = field === PRODUCT || before === COMPLAINT ? [] : this.#options.fill
    return this.#change({ map: [...others, [column, field || LEAVE_OUT]], fill })
  }

  /** The whole file is something else: the columns are mapped anew. */
  setKind(kind: string): Promise<void> {
    return this.#change({ kind, map: [], fill: [] })
  }

  dayFirst(value: boolean): Promise<void> {
    return this.#change({ day_first: value })
  }

  account(account: string): Promise<void> {
    return this.#change({ account: account.trim() || null })
  }

  /** One product for every row in which the file has none. */
  async fillProduct(value: string): Promise<void> {
    const product = value.trim()
    if (product !== this.product) await this.#change({ fill: product === '' ? [] : [[PRODUCT, product]] })
  }

  async run(): Promise<void> {
    this.phase = 'running'
    this.error = null
    try {
      this.result = await ipc.runImport(this.#options, this.acceptsDamage)
      this.phase = 'done'
    } catch (error) {
      this.error = deskError(error)
      this.phase = 'preview'
    }
  }

  async #change(change: Partial<ImportOptionsDto>): Promise<void> {
    this.#options = { ...this.#options, ...change }
    await this.#ask(() => ipc.repreviewImport(this.#options))
  }

  /** A file of which nothing was recognised comes back without the answers that were given about it. */
  #asAnswered(preview: ImportPreviewDto): ImportPreviewDto {
    if (preview.rows > 0) return preview
    const { kind, account, map } = this.#options
    const chosen = new Map(map.filter(([, field]) => field !== LEAVE_OUT))
    const columns = preview.columns.map((column) => ({ ...column, field: chosen.get(column.header) ?? null }))
    return { ...preview, columns, kind: kind ?? preview.kind, account: account ?? preview.account }
  }

  async #ask(question: () => Promise<ImportPreviewDto>): Promise<void> {
    const asked = ++this.#asked
    try {
      const preview = await question()
      if (asked !== this.#asked) return
      this.preview = this.#asAnswered(preview)
      this.error = null
      this.phase = 'preview'
    } catch (error) {
      if (asked !== this.#asked) return
      this.error = deskError(error)
      this.phase = this.preview ? 'preview' : 'choose'
    }
  }
}

export const imports = new ImportState()
