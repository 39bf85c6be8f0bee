// Which files a person can choose for an import. What is in one is looked at by the program, whatever it is called.

/** For the system's file dialog. */
export const KINDS = '.csv,.tsv,.txt,.json,.ics,.xlsx,.zip'
/** As a drop zone says it. */
export const PLAN_KINDS = '.ics .csv .xlsx .json'
export const TICKET_KINDS = '.csv .xlsx .json'
