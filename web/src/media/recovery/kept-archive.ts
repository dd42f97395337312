import { journalChunkFiles } from '../journal/journal-files';
import { tarOf } from '../journal/tar';

/** The kept chunks of a recording in this browser. */
export const keptArchive = async (recordingId: string): Promise<Blob> => {
  const files = await journalChunkFiles(recordingId);
  return tarOf(
    files.map((file) => ({
      name: `${recordingId}/${file.name}`,
      content: file,
      modifiedMs: file.lastModified,
    })),
  );
};
