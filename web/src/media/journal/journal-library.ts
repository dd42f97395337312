import version from '../../../../VERSION?raw';

/** The `library` of every chunk's MCAP header. */
export const kJournalLibrary = `reprise-web/${version.trim()}`;
