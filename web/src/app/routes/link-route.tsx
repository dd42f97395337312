import { IssuerButtons } from '../../features/account/issuer-buttons';
import { PlayerPage } from '../../features/playback/player-page';
import { LinkPage } from '../../features/sharing/link-page';
import { ToastHost } from '../../ui/toast-host';
import { TooltipHost } from '../../ui/tooltip-host';

/** A link that somebody shared: without the rest of the app, which needs a login. */
export function LinkRoute() {
  return (
    <>
      <LinkPage
        player={(recordingId, back, notFound) => (
          <main id="main">
            <PlayerPage
              key={recordingId}
              {...{ recordingId, back, notFound }}
              onDelete={() => {}} // only owners have these
              onKeep={() => {}}
            />
          </main>
        )}
        login={(path) => (
          <IssuerButtons path={path} onOpen={(address) => location.assign(address)} />
        )}
      />
      <ToastHost />
      <TooltipHost />
    </>
  );
}
