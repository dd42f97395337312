import { NewStudyPage, StudyPage } from '../../features/studies/study-page';
import { useAddress } from '../../ui/router/use-address';

/** `/studies/new?task=…`, or one that is there. */
export function StudyRoute({ id }: { readonly id: string }) {
  const search = useAddress((address) => address.search);
  if (id !== 'new') return <StudyPage key={id} id={id} />;
  return <NewStudyPage taskId={new URLSearchParams(search).get('task') ?? ''} />;
}
