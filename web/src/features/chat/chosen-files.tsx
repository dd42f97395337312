import { ArrowLeft, AudioLines, FileText, RotateCw, X } from 'lucide-react';
import { useState } from 'react';
import { formatBytes } from '../../ui/format';
import { IconButton } from '../../ui/icon-button';
import { Progress } from '../../ui/progress';
import { ChosenPreview } from './chosen-preview';
import type { ChosenFile, Files } from './files';
import { ServerPreview } from './server-preview';
import './files.css';

type Props = {
  readonly files: Files;
  readonly list: readonly ChosenFile[];
  /** Why whoever answers will not read a file; empty: they will. */
  readonly hintFor: (mediaType: string) => string;
};

/** The files that go with the next message. */
export function ChosenFiles({ files, list, hintFor }: Props) {
  const [lookingAt, setLookingAt] = useState<number | null>(null);
  const looked = list.find(({ key }) => key === lookingAt);
  if (list.length === 0) return null;
  return (
    <>
      <ul className="chosen-files" aria-label="Attached files">
        {list.map((one, at) => (
          <li key={one.key} className="chosen-file">
            <button
              type="button"
              className="chosen-file__look"
              aria-label={`Look at ${one.file.name}`}
              onClick={() => setLookingAt(one.key)}
            >
              <Picture one={one} />
            </button>
            <span className="chosen-file__words">
              <span className="chosen-file__name">{one.file.name}</span>
              {one.failed ? (
                <span className="chosen-file__failed" role="alert">
                  {one.failed}
                </span>
              ) : (
                <span className="chosen-file__size">{formatBytes(one.file.size)}</span>
              )}
              {one.failed || hintFor(one.file.type) === '' ? null : (
                <span className="chosen-file__hint">{hintFor(one.file.type)}</span>
              )}
              {one.uploadId || one.failed ? null : (
                <Progress label={`Sending ${one.file.name}`} value={one.sent} />
              )}
            </span>
            {at > 0 ? (
              <IconButton
                size="small"
                label={`Move ${one.file.name} forward`}
                icon={<ArrowLeft />}
                onClick={() => files.moveForward(one.key)}
              />
            ) : null}
            {one.failed && !one.refused ? (
              <IconButton
                size="small"
                label={`Send ${one.file.name} again`}
                icon={<RotateCw />}
                onClick={() => files.retry(one.key)}
              />
            ) : null}
            <IconButton
              size="small"
              label={
                one.uploadId || one.failed ? `Remove ${one.file.name}` : `Cancel ${one.file.name}`
              }
              icon={<X />}
              onClick={() => files.remove(one.key)}
            />
          </li>
        ))}
      </ul>
      {looked ? <ChosenPreview one={looked} onClose={() => setLookingAt(null)} /> : null}
    </>
  );
}

function Picture({ one: { file, preview, uploadId } }: { readonly one: ChosenFile }) {
  if (preview && file.type.startsWith('video/')) {
    return <video className="chosen-file__picture" src={preview} muted preload="metadata" />;
  }
  if (preview && file.type.startsWith('image/')) {
    return <img className="chosen-file__picture" src={preview} alt="" />;
  }
  const icon = (
    <span className="chosen-file__picture">
      {file.type.startsWith('audio/') ? <AudioLines aria-hidden /> : <FileText aria-hidden />}
    </span>
  );
  const page = file.type === 'application/pdf' || /hei[cf]/.test(file.type);
  return page && uploadId ? (
    <ServerPreview uploadId={uploadId} className="chosen-file__picture" mayCome>
      {icon}
    </ServerPreview>
  ) : (
    icon
  );
}
