import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { aboutQuery } from '../../api/about';
import type { ConsentRecord } from '../../media/live-session';
import { Dialog } from '../../ui/dialog';
import { consentText, giveConsent, rememberConsent, rememberedConsent } from './consent';
import { ConsentSheet } from './consent-sheet';
import { ProblemPanel } from './problem-panel';
import { type StartChoice, StartDialog } from './start-dialog';

type Step =
  | { readonly kind: 'looking' }
  | { readonly kind: 'consent' }
  | { readonly kind: 'devices'; readonly consent: ConsentRecord | null };

type Props = {
  readonly place: string;
  /** `consent` null: talk without recording. */
  readonly onStart: (consent: ConsentRecord | null, choice: StartChoice) => void;
  readonly onOpenLibrary: () => void;
  readonly onClose: () => void;
};

/** First the consent, once; then the devices. */
export function StartFlow({ place, onStart, onOpenLibrary, onClose }: Props) {
  const { data: about, errorUpdatedAt, refetch } = useQuery(aboutQuery);
  const [step, setStep] = useState<Step>({ kind: 'looking' });
  const { answers, model } = about ?? {};
  const points = useMemo(
    () => (answers && model !== undefined ? consentText({ answers, model }, place) : null),
    [answers, model, place],
  );

  useEffect(() => {
    if (!points) return;
    let stale = false;
    void rememberedConsent(points).then((consent) => {
      if (!stale) setStep(consent ? { kind: 'devices', consent } : { kind: 'consent' });
    });
    return () => {
      stale = true;
    };
  }, [points]);

  if (!points) {
    return errorUpdatedAt > 0 ? (
      <Dialog width="narrow" title="Start a live session" onClose={onClose}>
        <ProblemPanel
          problem={{ kind: 'server-unreachable' }}
          about={undefined}
          level={3}
          onAction={() => refetch()}
        />
      </Dialog>
    ) : null;
  }
  const agree = async () => {
    const consent = await giveConsent(points, Date.now());
    rememberConsent(consent);
    setStep({ kind: 'devices', consent });
  };
  const setRecorded = async (recorded: boolean) => {
    if (!recorded) return setStep({ kind: 'devices', consent: null });
    const consent = await rememberedConsent(points);
    setStep(consent ? { kind: 'devices', consent } : { kind: 'consent' });
  };

  if (step.kind === 'looking') return null;
  if (step.kind === 'consent') {
    return (
      <ConsentSheet
        points={points}
        onAgree={agree}
        onWithoutRecording={() => setStep({ kind: 'devices', consent: null })}
        onClose={onClose}
      />
    );
  }
  return (
    <StartDialog
      recorded={step.consent !== null}
      place={place}
      onRecordedChange={setRecorded}
      onStart={(choice) => onStart(step.consent, choice)}
      onOpenLibrary={onOpenLibrary}
      onClose={onClose}
    />
  );
}
