import { version } from '../../../package.json';
import { beginStudyTalk } from '../../api/participation';
import { StudyTalk } from '../../features/live/study-talk';
import { ParticipantPage } from '../../features/studies/participant-page';
import { Part } from '../../ui/part';
import { ToastHost } from '../../ui/toast-host';
import { TooltipHost } from '../../ui/tooltip-host';

const parts = new Part(() => import('../live-parts'));

/** Who takes part in a study: without the rest of the app, which needs a login. */
export function ParticipantRoute() {
  return (
    <>
      <ParticipantPage
        talk={({ participation, ...talk }) => (
          <StudyTalk
            {...talk}
            parts={parts}
            appVersion={version}
            consent={participation.consent}
            camera={participation.camera}
            task={
              participation.task && {
                id: '',
                ...participation.task,
                steps: stepsOf(participation.task),
              }
            }
            begin={(camera) => beginStudyTalk(camera, navigator.language)}
          />
        )}
      />
      <ToastHost />
      <TooltipHost />
    </>
  );
}

type Steps = { readonly steps: readonly { id: string; text: string; criterion: string }[] };

/** Nothing is done yet: what others have ticked is not theirs. */
const stepsOf = ({ steps }: Steps) => steps.map((step) => ({ ...step, done: false }));
