import { uploadUrl } from '../../api/uploads';
import { Dialog } from '../../ui/dialog';
import { formatBytes } from '../../ui/format';
import type { ChosenFile } from './files';
import { ServerPreview } from './server-preview';
import { ZoomPicture } from './zoom-picture';

type Props = { readonly one: ChosenFile; readonly onClose: () => void };

/** A file before it is sent: the picture large, a player, a document's first page. */
export function ChosenPreview({ one, onClose }: Props) {
  const { file } = one;
  return (
    <Dialog title={file.name} description={formatBytes(file.size)} onClose={onClose}>
      <Content one={one} />
    </Dialog>
  );
}

function Content({ one: { file, preview, uploadId } }: { readonly one: ChosenFile }) {
  if (preview && file.type.startsWith('video/')) {
    // biome-ignore lint/a11y/useMediaCaption: a person's own file has none
    return <video className="message-file__large" src={preview} controls />;
  }
  if (preview && file.type.startsWith('audio/')) {
    return (
      <>
        {uploadId ? (
          <ServerPreview uploadId={uploadId} className="message-file__wave" mayCome />
        ) : null}
        {/* biome-ignore lint/a11y/useMediaCaption: a person's own file has none */}
        <audio className="message-file__sound" src={preview} controls />
      </>
    );
  }
  if (preview) return <ZoomPicture src={preview} alt={file.name} />;
  return uploadId ? (
    <ServerPreview
      uploadId={uploadId}
      className="message-file__large"
      alt={`First page of ${file.name}`}
      mayCome
    >
      <p>
        There is no picture of this file.{' '}
        <a href={uploadUrl(uploadId, true)} download={file.name}>
          Download it
        </a>
      </p>
    </ServerPreview>
  ) : (
    <p>This file is still being sent.</p>
  );
}
