import { Download, FileText, Image as ImageIcon } from 'lucide-react';
import { useState } from 'react';
import { type Attachment, previewUrl, uploadUrl } from '../../api/uploads';
import { Dialog } from '../../ui/dialog';
import { formatBytes, formatDuration } from '../../ui/format';
import './files.css';
import { ServerPreview } from './server-preview';
import { ZoomPicture } from './zoom-picture';

/** Later no preview comes any more. */
const kFreshMs = 60_000;

type Props = {
  readonly files: readonly Attachment[];
  /** When the message was sent. */
  readonly sentAt: string;
};

/** The files of a message: pictures to be looked at, sound and video to be played, everything to be kept. */
export function MessageFiles({ files, sentAt }: Props) {
  // As it was when the message was first shown: what has come stays.
  const [mayCome] = useState(() => Date.now() - Date.parse(sentAt) < kFreshMs);
  if (files.length === 0) return null;
  return (
    <ul className="message-files" aria-label="Files">
      {files.map((file) => (
        <li key={file.upload_id}>
          <One file={file} mayCome={mayCome} />
        </li>
      ))}
    </ul>
  );
}

type OneProps = { readonly file: Attachment; readonly mayCome: boolean };

/** What the server has made of it; nothing where it has made nothing. */
function Made({ file, mayCome, className }: OneProps & { readonly className: string }) {
  return file.has_preview || mayCome ? (
    <ServerPreview
      uploadId={file.upload_id}
      className={className}
      made={file.has_preview}
      mayCome={mayCome}
    />
  ) : null;
}

function One({ file, mayCome }: OneProps) {
  const url = uploadUrl(file.upload_id);
  if (file.media_type.startsWith('image/')) return <Picture file={file} mayCome={mayCome} />;
  if (file.media_type.startsWith('video/')) {
    return (
      <figure className="message-file message-file--wide">
        {/* biome-ignore lint/a11y/useMediaCaption: a person's own file has none */}
        <video
          className="message-file__video"
          src={url}
          poster={file.has_preview ? previewUrl(file.upload_id) : undefined}
          controls
          preload="metadata"
        />
        <Row file={file} />
      </figure>
    );
  }
  if (file.media_type.startsWith('audio/')) {
    return (
      <figure className="message-file message-file--wide">
        <Made file={file} mayCome={mayCome} className="message-file__wave" />
        {/* biome-ignore lint/a11y/useMediaCaption: a person's own file has none */}
        <audio className="message-file__sound" src={url} controls preload="metadata" />
        <Row file={file} />
      </figure>
    );
  }
  return (
    <div className="message-file">
      {file.media_type === 'application/pdf' ? (
        <Made file={file} mayCome={mayCome} className="message-file__page" />
      ) : null}
      <Row file={file} />
    </div>
  );
}

function Row({ file }: { readonly file: Attachment }) {
  return (
    <a className="message-file__row" href={uploadUrl(file.upload_id, true)} download={file.name}>
      <FileText aria-hidden />
      <span className="message-file__name">{file.name}</span>
      <span className="message-file__size">
        {file.duration_ms === null ? null : `${formatDuration(file.duration_ms)} · `}
        {formatBytes(file.bytes)}
      </span>
      <Download aria-hidden />
      <span className="visually-hidden">Download</span>
    </a>
  );
}

/** Kinds that not every browser shows: the server's picture stands for them. */
const kStandIn: ReadonlySet<string> = new Set(['image/heic', 'image/avif']);

function Picture({ file, mayCome }: OneProps) {
  const [large, setLarge] = useState(false);
  const url = uploadUrl(file.upload_id);
  const standsIn = kStandIn.has(file.media_type);
  // Of a GIF only the original moves.
  const small = file.has_preview && file.media_type !== 'image/gif';
  const largeUrl = standsIn ? previewUrl(file.upload_id) : url;
  return (
    <>
      <button
        type="button"
        className="message-file__picture"
        aria-label={`Look at ${file.name}`}
        onClick={() => setLarge(true)}
      >
        {standsIn ? (
          <ServerPreview
            uploadId={file.upload_id}
            className="message-file__standin"
            alt={file.name}
            made={file.has_preview}
            mayCome={mayCome}
          >
            <span className="message-file__row">
              <ImageIcon aria-hidden />
              <span className="message-file__name">{file.name}</span>
            </span>
          </ServerPreview>
        ) : (
          <img
            src={small ? previewUrl(file.upload_id) : url}
            alt={file.name}
            loading="lazy"
            width={file.width ?? undefined}
            height={file.height ?? undefined}
          />
        )}
      </button>
      {large ? (
        <Dialog
          title={file.name}
          description={formatBytes(file.bytes)}
          onClose={() => setLarge(false)}
          foot={<Row file={file} />}
        >
          <ZoomPicture src={largeUrl} alt={file.name} />
        </Dialog>
      ) : null}
    </>
  );
}
