// What can be imported, judged before a byte of it is read: a drop is taken or refused with a sentence.
import { m } from '$lib/paraglide/messages'

/** More than these at once are no drop, but an accident. */
export const MOST_FILES = 20
/** The shell takes no more. */
export const MAX_FILE_LEN = 100 * 1024 * 1024

export interface Dropped {
  name: string
  size: number
  /** As the system calls it; empty when it does not know. */
  type: string
  isFolder: boolean
}

export type Refusal = 'several' | 'folder' | 'empty' | 'too_large' | 'picture' | 'pdf' | 'archive' | 'program' | 'sheet'

const KINDS: Record<Exclude<Refusal, 'several' | 'folder' | 'empty' | 'too_large'>, readonly string[]> = {
  picture: ['png', 'jpg', 'jpeg', 'gif', 'webp', 'svg', 'heic', 'bmp', 'tif', 'tiff', 'mp4', 'mov', 'mp3'],
  pdf: ['pdf', 'doc', 'docx', 'odt', 'ppt', 'pptx', 'pages'],
  archive: ['gz', 'tgz', 'bz2', 'xz', '7z', 'rar', 'tar'],
  program: ['exe', 'msi', 'dmg', 'deb', 'rpm', 'appimage', 'sh', 'bat', 'jar', 'db', 'sqlite'],
  sheet: ['xls', 'xlsm', 'xlsb', 'ods', 'numbers'],
}
/** Read as they are, whatever the system calls them. */
const READ = ['csv', 'tsv', 'txt', 'json', 'ics', 'xlsx', 'zip']
/** Systems that know the kind but not the ending. */
const TYPES: readonly [RegExp, Refusal][] = [
  [/^(image|video|audio)\//, 'picture'],
  [/^application\/pdf$/, 'pdf'],
  [/zip|x-tar|x-7z|x-rar/, 'archive'],
  [/x-executable|x-msdownload|x-sharedlib/, 'program'],
]

/** Why so many files are not taken. */
export const tooMany = (dropped: readonly unknown[]): Refusal | null => (dropped.length > MOST_FILES ? 'several' : null)

/** Why this cannot be imported; nothing when it may be read. */
export function refusal(one: Dropped): Refusal | null {
  if (one.isFolder) return 'folder'
  const ending = /\.([^.]+)$/.exec(one.name)?.[1]?.toLowerCase() ?? ''
  for (const [kind, endings] of Object.entries(KINDS)) if (endings.includes(ending)) return kind as Refusal
  if (!READ.includes(ending)) for (const [type, kind] of TYPES) if (type.test(one.type)) return kind
  if (one.size > MAX_FILE_LEN) return 'too_large'
  return one.size === 0 ? 'empty' : null
}

const SENTENCES: Record<Refusal, () => string> = {
  several: m.drop_several,
  folder: m.drop_folder,
  empty: m.drop_empty,
  too_large: m.error_file_too_large,
  picture: m.drop_picture,
  pdf: m.drop_pdf,
  archive: m.drop_archive,
  program: m.drop_program,
  sheet: m.drop_sheet,
}

export const refusalWords = (why: Refusal): string => SENTENCES[why]()

/** What lies in a drop, without reading it. Text that is dragged holds no file: then it is empty. */
export function droppedFiles(data: DataTransfer | null): { file: File; dropped: Dropped }[] {
  const items = [...(data?.items ?? [])].filter((item) => item.kind === 'file')
  return items.flatMap((item) => {
    const isFolder = item.webkitGetAsEntry()?.isDirectory ?? false
    const file = item.getAsFile()
    return file ? [{ file, dropped: { name: file.name, size: file.size, type: file.type, isFolder } }] : []
  })
}

export const hasFiles = (data: DataTransfer | null): boolean => [...(data?.types ?? [])].includes('Files')
